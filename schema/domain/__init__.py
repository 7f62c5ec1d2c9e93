"""The domain by noun: entities with their rules, filters and mutations side by side."""
