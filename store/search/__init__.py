"""Full-text search in English, Chinese and other languages, with the same answers on every database."""

from store.search.conditions import matching
from store.search.highlights import Highlight, Span, highlight, marked
from store.search.queries import Query, Unit, begun, parse
from store.search.results import Hit, count, search

__all__ = [
    "Highlight",
    "Hit",
    "Query",
    "Span",
    "Unit",
    "begun",
    "count",
    "highlight",
    "marked",
    "matching",
    "parse",
    "search",
]
