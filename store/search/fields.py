"""The searchable texts of each entity: names form the title, other texts the body.

Only texts that everyone who sees the row may read belong here: a search must not reveal a restricted field.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LONGEST_TITLE = 5_000
LONGEST_BODY = 95_000
"""Characters of an entity's texts that are indexed: PostgreSQL stores 1 MB of tokens for a row."""


@dataclass(frozen=True, slots=True)
class SearchFields:
    """An entity's searchable attributes, in the order of highlights."""

    title: tuple[str, ...]
    body: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.title + self.body


_NAMED = SearchFields(("name", "aliases"), ("description",))

SEARCHABLE: dict[str, SearchFields] = {
    "prj": SearchFields(("name", "aliases"), ("summary", "description", "keywords", "core_technology")),
    "tal": _NAMED,
    "org": _NAMED,
    "inv": SearchFields(("name", "aliases"), ("thesis", "description")),
    "plc": _NAMED,
    "prk": _NAMED,
    "ser": _NAMED,
    "edn": SearchFields(("name", "aliases"), ("theme", "mission", "aims", "principles", "description")),
    "evt": SearchFields(("name", "aliases"), ("theme", "topics", "venue", "description")),
    "prg": _NAMED,
    "trk": _NAMED,
    "cpt": _NAMED,
    "pri": _NAMED,
    "pol": SearchFields(("name", "aliases"), ("eligibility", "description")),
    "psp": SearchFields(("label",), ("eligibility", "conditions")),
    "ned": _NAMED,
    "clm": SearchFields(("label",)),
    "src": SearchFields(("title",), ("publisher",)),
}
"""By the prefix of the entity's id; `store.plugin_tables` adds those of plugins."""


def texts_of(value: object, language: str | None = None) -> Iterator[tuple[str | None, str]]:
    """Yield each text of an attribute's value, with its language tag if it has one."""
    if isinstance(value, str):
        if value:
            yield language, value
    elif isinstance(value, Mapping):
        for tag in sorted(value):
            yield from texts_of(value[tag], tag)
    elif isinstance(value, Iterable):
        for item in value:
            yield from texts_of(item, language)
