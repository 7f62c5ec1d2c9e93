"""Event series, editions, events, and their participants."""
