"""The types of rankings, fits, gaps, maps and scenarios."""
