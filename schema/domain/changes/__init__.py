"""What changed since a client last asked."""
