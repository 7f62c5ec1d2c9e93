"""GraphQL over HTTP, WebSocket and server-sent events: requests, limits, identity, the fast path, answers."""
