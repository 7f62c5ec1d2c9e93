"""Readers of files of rows, from beginning to end in constant memory."""

from store.imports.readers.opening import SUFFIXES, RowReader, open_source
from store.imports.readers.source import FileError, Row, Source

__all__ = ["SUFFIXES", "FileError", "Row", "RowReader", "Source", "open_source"]
