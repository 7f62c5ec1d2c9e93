"""Bulk writes without ORM objects that keep the change log and the search index up to date."""

from store.bulk.edits import Edits, edits_of, mark_import
from store.bulk.shapes import Row, Shape, complete, normal, shape_of
from store.bulk.writer import BulkWriter

__all__ = ["BulkWriter", "Edits", "Row", "Shape", "complete", "edits_of", "mark_import", "normal", "shape_of"]
