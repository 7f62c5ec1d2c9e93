"""Requests to correct what a record says: who asks, who decides, and what becomes of them."""
