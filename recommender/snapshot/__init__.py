"""What one process holds in memory: the pool snapshot, how it is loaded, saved and kept current."""
