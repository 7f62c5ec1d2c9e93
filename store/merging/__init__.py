"""Merging two records of one thing, and undoing it."""

from store.merging.merging import MERGEABLE, MergeError, merge, survivor
from store.merging.undoing import undo

__all__ = ["MERGEABLE", "MergeError", "merge", "survivor", "undo"]
