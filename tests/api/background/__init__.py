"""What the server does beside answering."""
