"""One column of a file: the field it feeds and how its cells are read."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

from store.imports.values.amounts import Unit

Unknown = Literal["create", "queue", "error"]


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` None: the mapping ignores it."""

    header: str
    field: str | None
    language: str | None = None
    """Language of its texts; None: by script."""
    unit: Unit | None = None
    currency: str | None = None
    time_zone: str | None = None
    """Time zone of local times that name none; None: each must."""
    separators: str | None = None
    """Separators of a list's items; None: the usual ones."""
    country: str | None = None
    """For places: the country whose states and provinces are meant by two-letter codes."""
    day_first: bool | None = None
    first_day_is_filler: bool = False
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    """Meaning of cells by folded text; None empties a cell."""
    scheme: str | None = None
    """For fields and industries: the key of their scheme."""
    unknown: Unknown | None = None
    """What to do with a field that the scheme lacks."""
    by_mapping: bool = False
    """Whether the mapping file defines the column."""
