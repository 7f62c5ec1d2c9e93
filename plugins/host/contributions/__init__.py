"""What a plugin may contribute, as declarations, and the frozen registry of all of them."""
