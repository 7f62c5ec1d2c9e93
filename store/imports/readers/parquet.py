"""Reads Parquet, batch by batch."""

from collections.abc import Iterator
from pathlib import Path

from store.imports.readers.source import FileError, Row, checked_headers

_BATCH = 1000


class ParquetSource:
    """A Parquet file; rows count from 1."""

    def __init__(self, path: Path) -> None:
        import pyarrow
        import pyarrow.parquet

        self.path = path
        self.notes: list[str] = []
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                self.headers = checked_headers(path, list(file.schema_arrow.names))
                self.about: int | None = int(file.metadata.num_rows)
        except pyarrow.ArrowException as error:
            raise FileError(path, f"is not a readable Parquet file: {error}") from error

    def rows(self) -> Iterator[Row]:
        """Yield every row."""
        import pyarrow.parquet

        number = 0
        with pyarrow.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
