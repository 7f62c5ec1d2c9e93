"""Events: their deadlines."""
