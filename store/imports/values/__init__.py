"""From what people write in a cell to exact values. Pure functions; a ValueError says what is allowed."""
