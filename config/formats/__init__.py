"""How days and times are written, per language; templates name the formats: `|date:"DATE_FORMAT"`."""
