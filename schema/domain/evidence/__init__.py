"""Where facts come from: documents, claims, exchange rates."""
