"""Places and what they plan: priorities, needs, parks."""
