"""Types about the client and the server's capabilities."""
