"""What is known of one column of a file: which field it feeds, and how its cells are to be read."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from store.imports.values.amounts import Unit

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
    separators: str | None = None
    """What parts the items of a list; None: the usual separators."""
    country: str | None = None
    """For places: the country whose states and provinces two-letter codes stand for."""
    day_first: bool | None = None
    first_day_is_filler: bool = False
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What cells mean, by folded text; None empties a cell."""
    scheme: str | None = None
    """For fields and industries: the key of their scheme."""
    unknown: Unknown | None = None
    """What to do with a field that the scheme doesn't know."""
    by_mapping: bool = False
    """Whether the mapping file says what the column means."""
