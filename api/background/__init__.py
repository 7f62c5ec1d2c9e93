"""What the server does beside answering: tasks, listeners, encoding, backups."""
