"""Projects, what belongs to them, and how they are filtered."""
