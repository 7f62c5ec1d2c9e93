"""Reads JSON: an array of objects, or an object that holds one."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from store.imports.readers.json_lines import JsonLinesSource
from store.imports.readers.source import FileError, Row

_MOST_BYTES = 200 << 20


class JsonSource:
    """A file with one JSON array of objects, read into memory; rows count from 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        if path.stat().st_size > _MOST_BYTES:
            message = "is too big to read at once (200 MB at most); write JSON Lines, one object a line"
            raise FileError(path, message)
        try:
            content = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise FileError(path, f"is not JSON: {error}; correct it, in UTF-8") from error
        self._rows = self._objects(content)
        names = dict.fromkeys(name for row in self._rows for name in row)
        self.headers = list(names)
        self.about: int | None = len(self._rows)

    def _objects(self, content: object) -> list[dict[str, object]]:
        if isinstance(content, dict):
            held = [value for value in content.values() if isinstance(value, list) and value]
            if len(held) != 1:
                raise FileError(self.path, "holds no array of objects, or several; write one, such as [{...}, {...}]")
            content = held[0]
        if not isinstance(content, list) or not content:
            raise FileError(self.path, 'holds no rows; write an array of objects such as [{"name": "A"}]')
        for number, row in enumerate(content, 1):
            if not isinstance(row, dict):
                raise FileError(self.path, f'holds no object at position {number} of its array; write {{"name": "A"}}')
        return content

    def rows(self) -> Iterator[Row]:
        """Yield every object."""
        yield from enumerate(self._rows, 1)


def json_source(path: Path) -> JsonSource | JsonLinesSource:
    """Return the source of a `.json` file, which may hold an array or, despite its name, JSON Lines."""
    try:
        return JsonSource(path)
    except FileError:
        with path.open("rb") as file:
            first = file.readline().strip().removeprefix(b"\xef\xbb\xbf")
            more = bool(file.readline().strip())
        if more and first.startswith(b"{") and first.endswith(b"}"):
            return JsonLinesSource(path)
        raise
