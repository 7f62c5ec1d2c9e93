"""Translates declarations to SQL: filters, orders, keysets, cursors, facets, text search, visibility."""
