"""What the standard of official documents says: layout, titles, numbers, printable text. Pure."""
