"""Documents: files and links that belong to a record, and the uploads that they come from."""
