"""A kind of record: its table, its fields, and the tables that its lists fill."""

from dataclasses import dataclass, field

from store.imports.kinds.field import Field
from store.models.base import Identified


@dataclass(frozen=True, slots=True)
class Link:
    """The table that a list field fills: `parent` is the record's column in it, `target` the other record's."""

    model: type[Identified]
    parent: str
    target: str
    constants: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. Without an id, the fields of `identity` identify a record."""

    name: str
    model: type[Identified]
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    identity: tuple[str, ...]
    links: dict[str, Link] = field(default_factory=dict)
    file_names: tuple[str, ...] = ()
    place_column: str | None = None
    unique: tuple[str, ...] = ()
    """A reference and a text that no two records of the store share: a scheme and a notation."""
    alone: bool = False
    """Whether its files are imported in a command of their own: other records name these, by any of their names."""
    defaults: dict[str, object] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    """Headers that mean another field if a second column claims theirs: a company's name beside a project's."""

    def field(self, name: str) -> Field | None:
        """Return the field called `name`."""
        return next((candidate for candidate in self.fields if candidate.name == name), None)
