"""Pages of documents: list, page, preview, file, service, reminder letters, verification."""
