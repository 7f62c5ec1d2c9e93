"""From database rows and values to the objects of a response."""
