"""Converts what people write in cells to exact values. Pure functions; ValueErrors say what is allowed."""
