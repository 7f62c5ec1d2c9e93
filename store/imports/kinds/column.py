"""One column of a file: the field it feeds and how its cells are read."""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Literal

from store.imports.values.amounts import Unit

Unknown = Literal["create", "queue", "error"]


class Recognition(Enum):
    """How a header was recognised."""

    MAPPING = "named by the mapping"
    NAME = "the field's own name"
    HEADER = "another name of the field"
    PART = "a name of the field beside a language, a unit or a remark"
    BILINGUAL = "a name of the field in two languages"
    YIELDED = "its usual field belongs to another column"
    OTHER = "ignored like all other columns"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` None: the mapping ignores it."""

    header: str
    field: str | None
    recognition: Recognition
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

    @property
    def by_mapping(self) -> bool:
        """Whether the mapping file defines the column."""
        return self.recognition is Recognition.MAPPING
