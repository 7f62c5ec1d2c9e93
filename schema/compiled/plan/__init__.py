"""From an operation's selections to the statements and functions of a plan."""
