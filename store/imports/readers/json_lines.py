"""Reads JSON Lines: one object a line."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from store.imports.readers.source import FileError, Row


class JsonLinesSource:
    """A file of JSON objects, one a line; the headers are the names in all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        names: dict[str, None] = {}
        count = 0
        for _, row in self.rows():
            names.update(dict.fromkeys(row))
            count += 1
        if not count:
            raise FileError(path, "is empty; write one object a line")
        self.headers = list(names)
        self.about: int | None = count

    def rows(self) -> Iterator[Row]:
        """Yield every non-empty line, with its number."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                content = line.strip().removeprefix(b"\xef\xbb\xbf")
                if not content:
                    continue
                try:
                    row = orjson.loads(content)
                except orjson.JSONDecodeError as error:
                    message = f"is not JSON Lines: line {number}: {error}; write one object a line, in UTF-8"
                    raise FileError(self.path, message) from error
                if not isinstance(row, dict):
                    raise FileError(self.path, f'is not JSON Lines: line {number} is not an object such as {{"id": 1}}')
                yield number, row
