"""Data documents: YAML lists of records, checked as a whole, then upserted. See docs/data-documents.md."""

from store.documents.loading import LoadReport, load
from store.documents.problems import DocumentsError, Problem

__all__ = ["DocumentsError", "LoadReport", "Problem", "load"]
