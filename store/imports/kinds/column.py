"""What is known of one column of a file: which field it feeds, and how its cells are to be read."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from store.imports.values.amounts import Unit
from store.imports.values.texts import SEPARATORS

Unknown = Literal["create", "queue", "error"]


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` None: the mapping says to leave it out."""

    header: str
    field: str | None
    language: str | None = None
    """Of its texts; None: by their script."""
    unit: Unit | None = None
    currency: str | None = None
    separators: str = SEPARATORS
    day_first: bool | None = None
    first_day_is_filler: bool = False
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What cells mean, by folded text; None empties a cell."""
    scheme: str | None = None
    """For fields and industries: the key of their scheme."""
    unknown: Unknown | None = None
    """What to do with a field that the scheme doesn't know."""
