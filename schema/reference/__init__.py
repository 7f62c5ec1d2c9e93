"""The reference executor: a resolver for each kind of declaration."""
