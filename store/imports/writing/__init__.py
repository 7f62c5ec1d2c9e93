"""Records as rows of the store."""
