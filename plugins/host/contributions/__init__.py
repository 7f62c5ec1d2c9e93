"""Contributions of plugins, as declarations, and the frozen registry of all of them."""
