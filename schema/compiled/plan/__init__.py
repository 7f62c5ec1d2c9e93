"""Compiles an operation's selections into the statements and functions of a plan."""
