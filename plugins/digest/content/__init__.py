"""What a digest says: the list read as its investor, what is chosen from it, and its words."""
