"""Tables of plugins' entities, made known to search, export, documents, imports and erasure."""
