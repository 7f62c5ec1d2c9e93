"""Bulk work: where its tasks run, and the pool snapshot that they share."""
