"""Sources of facts: documents, claims, exchange rates."""
