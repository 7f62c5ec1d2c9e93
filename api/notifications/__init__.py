"""Notifications: writes, bundles and sends what people are told; their preferences, feeds and pages."""
