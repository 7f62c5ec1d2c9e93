"""Domain values (ids, multilingual text, money, partial dates) and their column types."""
