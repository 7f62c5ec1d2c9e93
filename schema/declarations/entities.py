"""Entities and groups: classes whose attributes are field declarations.

    @entity(models.Programme, "What a city or body runs year after year.")
    class Programme:
        name = localized("Its name.", order=True)
        place = relation("Place", "Where it is held.", "place_id")

The attribute's name is the field's name in snake case; the class's name is the GraphQL type's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, TypeVar, Unpack

from sqlalchemy import Table

from recommender.pool.ranked_kinds import Acts, Membership, RankedKind
from schema.declarations.base import Declaration, Model, Readers, RowRule
from schema.declarations.columns import Localized, TwofoldColumn, sql_column
from schema.declarations.filters import Filter
from schema.declarations.relations import Listing, Relation
from schema.declarations.writers import Writers
from store.models import Base, Editable, Identified
from store.models.base import table_of
from store.search.fields import SEARCHABLE, SearchFields

D = TypeVar("D", bound=Declaration)


@dataclass(frozen=True)
class Entity:
    """One GraphQL type with its own rows, and everything that can be done with it."""

    name: str
    model: type[Identified]
    description: str
    fields: Mapping[str, Declaration]
    rows: RowRule | None = None
    """Which rows an actor who isn't staff may see; None means all that aren't archived."""
    part_of: tuple[tuple[str, str], ...] = ()
    """(entity, column): a row is visible only if each of these, if not null, is."""
    shown_by: frozenset[tuple[type, str]] = frozenset()
    """(model, column) of rows that refer to this entity: where such a row is visible, `rows` holds for its target, so
    that statements joining the two omit it."""
    subject: str | None = None
    """A column with the id of an entity of any type: the row is visible only if that entity is."""
    subject_edited: bool = False
    """Whether its subjects are of types that people edit alone: whatever has `writers` and is no figure or document."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    default_order: tuple[str, ...] = ()
    """Default order of lists; the id breaks ties."""
    root: tuple[str, str] | None = None
    """The fields of `Query` with one row and with all rows, in snake case; None where there are none."""
    writers: tuple[Writers, ...] | None = None
    """Who may create, update, archive and restore rows, beside staff; None where nobody does."""
    named_mutations: bool = False
    """Whether its rows are written by mutations with names and inputs of their own alone."""
    search: SearchFields | None = None
    """Its searchable texts, for the filter `search` and `SearchType`; core's are in `store.search.fields`."""
    imports: Mapping[str, str] | None = None
    """Fields that files fill, with their further headers, `a|b|c`; core's are in `store.imports.kinds`.

    They hold texts, whole numbers, enums, dates, amounts, relations to what files name, or lists of concepts, tracks,
    places and organisations.
    """
    person: str | None = None
    """A column with the talent whose personal data a row is: it is deleted with the person's."""
    ranked: RankedKind | None = None
    """How its records are ranked for projects."""
    owner: str = "core"

    @classmethod
    def of(
        cls,
        body: type,
        model: type[Identified],
        description: str,
        **options: Unpack[EntityOptions],
    ) -> Entity:
        """Build the entity of `model` from a class of declarations, whose name is the GraphQL type's.

        `whole` says who reads everything in a row, if not everybody who sees it does: the others get version and time
        of the last write that they may know of.

        Raises KeyError for a column that `model` doesn't have.
        """
        needing = {name: options.get(name) for name in ("search", "writers", "imports", "person", "ranked")}
        for option, given in needing.items():
            if given is not None and not issubclass(model, Editable):
                raise TypeError(f"{body.__name__} has {option}, so {model.__name__} must mix in models.Editable")
        fields = _twofold(_bound(body, model), options.get("whole"))
        for name in options.get("imports") or ():
            if name not in fields:
                raise KeyError(f"{body.__name__} imports {name}, which is none of its fields")
        if (person := options.get("person")) is not None:
            sql_column(model, person)
        writers = options.get("writers")
        return cls(
            name=body.__name__,
            model=model,
            description=description,
            fields=fields,
            rows=options.get("rows"),
            shown_by=frozenset((each.class_, each.key) for each in options.get("shown_by", ())),
            part_of=tuple(options.get("part_of", ())),
            subject=options.get("subject"),
            subject_edited=options.get("subject_edited", False),
            filters={each.name: each for each in options.get("filters", ())},
            default_order=tuple(options.get("default_order", ())),
            root=options.get("root"),
            writers=None if writers is None else tuple(writers),
            named_mutations=options.get("named_mutations", False),
            imports=options.get("imports"),
            person=options.get("person"),
            ranked=_ranked(body.__name__, model, fields, options.get("ranked")),
            search=options.get("search") or SEARCHABLE.get(model.prefix),
        )

    @property
    def prefix(self) -> str:
        return self.model.prefix

    @property
    def table_name(self) -> str:
        return str(self.table.name)

    @property
    def column_names(self) -> frozenset[str]:
        return frozenset(column.key for column in self.table.columns)

    @property
    def root_names(self) -> tuple[str, ...]:
        """The fields of `Query` with its rows, as the schema spells them."""
        return tuple(map(_camel, self.root or ()))

    @property
    def field_names(self) -> tuple[str, ...]:
        """Its fields, as the schema spells them."""
        return tuple(map(_camel, self.fields))

    @property
    def ranking_name(self) -> str | None:
        """The field of `Project` that ranks its records, as the schema spells it."""
        return None if self.ranked is None else _camel(self.ranked.field)

    @property
    def writable(self) -> bool:
        """Whether it has the mutations that create, update, archive and restore."""
        return self.writers is not None and not self.named_mutations

    @property
    def archivable(self) -> bool:
        return issubclass(self.model, Editable)

    @property
    def table(self) -> Table:
        return table_of(self.model)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """How a plugin's records are ranked for projects, by the names of the entity's fields.

    ``field`` is the field of `Project` with the ranking, in snake case.
    """

    field: str
    description: str
    texts: tuple[str, ...] = ()
    concepts: str | None = None
    tracks: str | None = None
    place: str | None = None
    acts: Acts | None = None
    """What its records did with projects, to learn from."""


@dataclass(frozen=True)
class Group:
    """An object type whose fields come from the row of the entity that contains it."""

    name: str
    model: type[Base]
    description: str
    fields: Mapping[str, Declaration]


class EntityOptions(TypedDict, total=False):
    """The options of `Entity.of`."""

    rows: RowRule | None
    shown_by: Sequence[Model]
    part_of: Sequence[tuple[str, str]]
    subject: str | None
    subject_edited: bool
    filters: Sequence[Filter]
    default_order: Sequence[str]
    whole: Readers | None
    root: tuple[str, str] | None
    writers: Sequence[Writers] | None
    named_mutations: bool
    search: SearchFields | None
    imports: Mapping[str, str] | None
    person: str | None
    ranked: Ranked | None


CORE: dict[str, Entity] = {}
"""Core's entities by name, filled when the modules of `schema.domain.catalogue` are imported."""
GROUPS: dict[str, Group] = {}


def entity(
    model: type[Identified],
    description: str,
    **options: Unpack[EntityOptions],
) -> Callable[[type], type]:
    """Declare an entity of core for `model` by a class of declarations; `options` as in `Entity.of`."""

    def declare(body: type) -> type:
        CORE[body.__name__] = Entity.of(body, model, description, **options)
        return body

    return declare


def group(model: type[Base], description: str) -> Callable[[type], type]:
    """Declare an object type of columns of `model`'s row."""

    def declare(body: type) -> type:
        GROUPS[body.__name__] = Group(body.__name__, model, description, _bound(body, model))
        return body

    return declare


def _ranked(
    name: str, model: type[Identified], fields: Mapping[str, Declaration], ranked: Ranked | None
) -> RankedKind | None:
    if ranked is None:
        return None

    def declared(field: str, kind: type[D]) -> D:
        found = fields.get(field)
        if not isinstance(found, kind):
            raise TypeError(f"{name} can't be ranked by {field}: it is no {kind.__name__.lower()} of {name}")
        return found

    def membership(field: str | None) -> Membership | None:
        if field is None:
            return None
        join = declared(field, Listing).join
        if join.through is None:
            raise TypeError(f"{name} can't be ranked by {field}: it has no link table")
        return Membership(join.through, join.near, join.far)

    return RankedKind(
        name=name,
        model=model,
        texts=tuple(declared(each, Localized).column for each in ranked.texts),
        concepts=membership(ranked.concepts),
        tracks=membership(ranked.tracks),
        place=None if ranked.place is None else declared(ranked.place, Relation).column,
        acts=ranked.acts,
        field=ranked.field,
        description=ranked.description,
    )


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _twofold(fields: dict[str, Declaration], whole: Readers | None) -> dict[str, Declaration]:
    if whole is None:
        return fields
    shown = {"version": "public_version", "updated_at": "public_updated_at"}
    return {
        name: TwofoldColumn(**{**vars(each), "public": shown[name], "whole": whole}) if name in shown else each
        for name, each in fields.items()
    }


def _bound(body: type, model: type[Identified] | type[Base]) -> dict[str, Declaration]:
    declared: dict[str, Declaration] = {}
    for part in body.__mro__:  # its own fields first, then the shared ones
        for name, value in vars(part).items():
            if isinstance(value, Declaration) and name not in declared:
                bound = value.bind(name, model)
                for column in bound.columns:
                    sql_column(model, column)  # report an unknown column here, not at the first query
                declared[name] = bound
    return declared
