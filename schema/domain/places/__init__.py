"""Places and their plans: priorities, needs, parks."""
