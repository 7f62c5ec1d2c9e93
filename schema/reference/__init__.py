"""The reference executor: for each kind of declaration a resolver that reads what it says."""
