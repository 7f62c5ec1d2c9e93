"""Places: their plans and policies."""
