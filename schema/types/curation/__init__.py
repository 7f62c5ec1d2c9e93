"""The types and mutations of curation."""
