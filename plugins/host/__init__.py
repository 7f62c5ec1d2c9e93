"""The plugin host: finds, admits and orders plugins, collects contributions, and isolates calls."""
