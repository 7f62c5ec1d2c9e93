"""Kinds of records that plugins have ranked for projects, and where what they state stands in their tables."""

from __future__ import annotations

from dataclasses import dataclass

from store.models.base import Identified, table_of


@dataclass(frozen=True, slots=True)
class Membership:
    """A link table: ``near`` holds a record's id, ``far`` that of what it is linked to."""

    model: type[Identified]
    near: str
    far: str


@dataclass(frozen=True, slots=True)
class RankedKind:
    """A plugin's entity whose records are subjects in the space of investors and places.

    ``texts`` are columns with texts by language. A record asks for its texts, concepts and tracks; of places, for
    projects from there.
    """

    name: str
    """The entity's GraphQL type."""
    model: type[Identified]
    texts: tuple[str, ...] = ()
    concepts: Membership | None = None
    tracks: Membership | None = None
    place: str | None = None
    """The column with a place's id."""
    field: str = ""
    """The field of ``Project`` with the ranking, in snake case."""
    description: str = ""

    @property
    def tables(self) -> frozenset[str]:
        """The tables whose changes change a record's profile."""
        links = [each.model for each in (self.concepts, self.tracks) if each is not None]
        return frozenset(str(table_of(model).name) for model in (self.model, *links))
