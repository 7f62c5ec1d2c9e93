"""Event series, editions, events, and who takes part in them."""
