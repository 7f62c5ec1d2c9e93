"""Projects, their parts, and their filters."""
