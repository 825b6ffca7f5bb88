"""Forms of documents: filters, what a drafter adds, service, verification."""
