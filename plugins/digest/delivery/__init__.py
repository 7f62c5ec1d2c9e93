"""How a digest leaves: outbox, mail, feed, webhook, signatures."""
