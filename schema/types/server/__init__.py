"""The types that tell who asks and what this server can do."""
