"""Delivery: outbox, mail, feed, webhook, signatures."""
