"""The server's own commands, one file each."""
