"""Kinds of records that plugins have ranked for projects, and where what they state stands in their tables."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.pool.profiles import EvidenceKind
from store.models.base import Identified, table_of


@dataclass(frozen=True, slots=True)
class Membership:
    """A link table: ``near`` holds a record's id, ``far`` that of what it is linked to."""

    model: type[Identified]
    near: str
    far: str


@dataclass(frozen=True, slots=True)
class Acts:
    """A table of what records did with projects, from which their rankings learn, or weights are trained.

    ``record`` and ``project`` are its columns with their ids, ``day`` the one with the day or moment, null if unknown.
    ``act`` is what was done, of ``EvidenceKind``, or the column that holds it.
    """

    model: type[Identified]
    record: str
    project: str
    act: str
    day: str

    @property
    def name(self) -> str:
        """The table's name."""
        return str(table_of(self.model).name)

    def __post_init__(self) -> None:
        columns = table_of(self.model).c
        for name in (self.record, self.project, self.day):
            if name not in columns:
                raise KeyError(f"{self.model.__name__} has no column '{name}', which its acts name")
        if self.act not in columns and self.act not in EvidenceKind.__members__:
            known = ", ".join(EvidenceKind.__members__)
            raise KeyError(f"'{self.act}' is no column of {self.model.__name__}, and no act; acts are {known}")


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
    acts: Acts | None = None
    field: str = ""
    """The field of ``Project`` with the ranking, in snake case."""
    description: str = ""

    @property
    def tables(self) -> frozenset[str]:
        """The tables whose changes change a record's profile."""
        links = [each.model for each in (self.concepts, self.tracks) if each is not None]
        acts = [] if self.acts is None else [self.acts.model]
        return frozenset(str(table_of(model).name) for model in (self.model, *links, *acts))
