"""The plugin host: finds, admits and orders plugins, collects what they contribute, and calls it in isolation."""
