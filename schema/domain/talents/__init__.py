"""Talents and the positions that they hold."""
