"""A row as a record of a kind."""

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from store.imports.kinds import Kind

LOCATION_PARTS = ("place", "country", "region", "city")


@dataclass(slots=True)
class Record:
    """A row's values by field, and the key that identifies it among its kind."""

    kind: Kind
    key: str
    values: dict[str, Any]
    path: Path
    row: int
    cleared: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    """Cleared fields; for a multilingual text the languages, an empty list for all."""
    other_keys: tuple[str, ...] = ()
    """Without an id: keys from its names in other languages; each means the same record."""
    former_keys: tuple[str, ...] = ()
    """Keys under which earlier versions stored it; they count if the names agree."""
    languages: dict[str, str] = dataclasses.field(default_factory=dict)
    """Language stated by the mapping or the header, by field."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that means the record."""
        return (self.key, *self.other_keys)

    @property
    def has_id(self) -> bool:
        """Whether the row has an id."""
        return not self.key.startswith("by-")

    @property
    def names(self) -> dict[str, str]:
        """Its name by language."""
        names = self.values.get("name")
        return names if isinstance(names, dict) else {}

    @property
    def location(self) -> tuple[str, str, str, str]:
        """Place, country, region and city, each perhaps empty."""
        place, country, region, city = (str(self.values.get(part) or "") for part in LOCATION_PARTS)
        return place, country, region, city

    def fingerprint(self) -> str:
        """Return a hash that changes with any value of the record."""
        said = [self.values, self.cleared] if self.cleared else self.values
        content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
        return hashlib.sha256(content).hexdigest()

    def drop(self, name: str) -> None:
        """Drop a field; for the place all parts."""
        for part in LOCATION_PARTS if name in LOCATION_PARTS else (name,):
            self.values.pop(part, None)
