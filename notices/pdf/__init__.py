"""Documents as PDF: facts in, bytes out. The only package that imports WeasyPrint."""
