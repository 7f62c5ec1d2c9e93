"""One execution of a plan: connections, statements, variables, tracing."""
