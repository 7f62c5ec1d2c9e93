"""The cost of an operation in points, computed before execution."""
