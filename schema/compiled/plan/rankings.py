"""Rankings: ids, scores and reasons from the recommender; everything else of the ranked objects from one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TypeAlias, TypeVar

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from recommender.interface.answers import Ranking
from schema.compiled.plan.builder import Builder, ids_of
from schema.compiled.plan.by_ids import ById
from schema.compiled.plan.levels import Level
from schema.compiled.response.completing import (
    Completer,
    Getter,
    Holder,
    Key,
    ResponseBuilder,
    completer,
    getter,
    object_completer,
)
from schema.compiled.response.failures import FieldLocation
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import Row
from schema.declarations.computed import Ranking as RankingDeclaration
from schema.declarations.registry import Registry
from schema.domain.rankings.questions import RankedEdge, RankedSource
from schema.execution.errors import NotCompilable

Objects: TypeAlias = list[list[dict[str, object]]]
"""Objects by id, for each level of each group that is asked for."""
Part: TypeAlias = Callable[["EagerRanking", ResponseBuilder, dict[str, object], str, Objects], None]
"""(ranking, building, holder, key, objects read for it): put a part of the ranking's object into the holder."""
T = TypeVar("T")
_OF_RANKING = {"totalCount": "total", "gatedCount": "gated", "learnt": "learnt",
               "coverage": "coverage", "noStrongMatch": "weak", "declaresNothing": "silent"}  # fmt: skip


class EagerRanking(RankedSource):
    """A ranking requested at once, and only once even if there is no answer."""

    _problem: Exception | None = None

    @classmethod
    def of(cls, source: RankedSource) -> EagerRanking:
        """Wrap a ranking that a function returned."""
        ranking = cls.__new__(cls)
        ranking.__dict__.update(source.__dict__)
        return ranking

    def answer(self) -> Ranking:
        """Return the recommender's answer, or raise its exception."""
        if self._problem is not None:
            raise self._problem
        try:
            return super().answer()
        except Exception as problem:
            self._problem = problem
            raise

    def answered(self) -> Ranking:
        """The recommender's answer, asked for once."""
        return _immediate(self.ranking())

    @property
    def answered_ids(self) -> list[str]:
        """As `ids`; empty if there is no answer."""
        try:
            return self.ids
        except Exception:  # every part that needs the answer reports why
            return []

    @property
    def ids(self) -> list[str]:
        """The ids on the page."""
        return [item.object_id for item in self.page.items(self.answered())]

    def lines(self, found: Sequence[dict[str, object]]) -> list[RankedEdge]:
        """The lines of the page whose objects the actor may see; `found` holds those, by id."""
        return [
            RankedEdge(found, self.page.cursor(item), item)
            for item in self.page.items(self.answered())
            if item.object_id in found[0]
        ]


def ranking_slot(
    builder: Builder, level: Level, identifier: int, declaration: RankingDeclaration, definition: GraphQLField,
    location: FieldLocation,
) -> str:  # fmt: skip
    """Return the name of a mapping from a parent's id to its ranking's object."""
    arguments = builder.arguments(definition, location.nodes[0])
    kind = builder.object_type(get_named_type(definition.type).name)
    shown = _Shown(builder, declaration.target, kind, location.nodes)

    def fill(runtime: Runtime, rows: Sequence[Row], _: object) -> dict[str, object]:
        parents = ids_of(rows, identifier)
        if not parents:
            return {}
        given, context = arguments.read(runtime.variables), runtime.needed_context()
        rankings: dict[str, object] = {}
        asked: dict[str, EagerRanking] = {}
        for parent in parents:
            try:
                asked[parent] = EagerRanking(context, declaration, parent, given)
            except Exception as problem:
                rankings[parent] = runtime.failure(problem, location)
        objects = shown.read(runtime, asked.values())
        building = ResponseBuilder(runtime)
        for parent, source in asked.items():
            rankings[parent] = shown.object(source, building, objects)
        building.settle()
        return rankings

    return level.slot(fill, location)


def ranking_place(builder: Builder, target: str, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Completer:
    """Return how a ranking that a function returned is completed."""
    shown = _Shown(builder, target, kind, nodes)

    def place(value: RankedSource | None, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        if value is None:
            holder[key] = None
            return
        source = EagerRanking.of(value)
        holder[key] = shown.object(source, building, shown.read(building.runtime, [source]))

    return place


def ranked_by(registry: Registry, type_name: str) -> str | None:
    """Return what rankings of a type rank; None for any other type."""
    for entity in registry.entities.values():
        for each in entity.fields.values():
            if isinstance(each, RankingDeclaration) and each.type.strip("!") == type_name:
                return each.target
    return None


class _Shown:
    """What is requested of rankings of one type."""

    def __init__(self, builder: Builder, target: str, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> None:
        self.parts: list[tuple[str, Part, FieldLocation]] = []
        self.levels: list[list[ById]] = []
        for key, same in builder.selections.of(kind, nodes).items():
            name = same[0].name.value
            own = FieldLocation(kind.name, same)
            part: Part
            if name == "__typename":
                part = _constant(kind.name)
            elif name == "edges":
                read, part = _edges(builder, target, kind.fields[name], same, len(self.levels))
                self.levels.append(read)
            elif name == "nodes":
                level = builder.by_id(builder.entity(target), same)
                part = _nodes(len(self.levels))
                self.levels.append([level])
            elif name == "pageInfo":
                part = _page_info(completer(builder, kind.fields[name].type, own))
            elif name in _OF_RANKING:
                part = _attribute(_OF_RANKING[name], completer(builder, kind.fields[name].type, own))
            else:
                get = getter(builder, kind.fields[name], same[0])
                part = _computed(get, completer(builder, kind.fields[name].type, own), own)
            self.parts.append((key, part, own))

    def read(self, runtime: Runtime, sources: Collection[EagerRanking]) -> Objects:
        """Objects by id for each of the levels, of what all the rankings name."""
        if not self.levels or not sources:
            return []
        ids = list(dict.fromkeys(each for source in sources for each in source.answered_ids))
        return [[level.read(runtime, ids) for level in group] for group in self.levels]

    def object(self, source: EagerRanking, building: ResponseBuilder, found: Objects) -> dict[str, object]:
        """A ranking's object, its parts placed as far as they are there."""
        result: dict[str, object] = {}
        for key, part, own in self.parts:
            try:
                part(source, building, result, key, found)
            except Exception as problem:
                building.fail(problem, result, key, own)
        return result


def _edges(
    builder: Builder, target: str, definition: GraphQLField, nodes: Sequence[FieldNode], number: int
) -> tuple[list[ById], Part]:
    entity = builder.entity(target)
    levels: list[ById] = []

    def node(same: Sequence[FieldNode]) -> Completer:
        level = builder.by_id(entity, same)
        position = len(levels)
        levels.append(level)

        def place(value: RankedEdge, building: ResponseBuilder, holder: Holder, key: Key) -> None:
            holder[key] = value.node[position][value.item.object_id]

        return place

    kind = builder.object_type(get_named_type(definition.type).name)
    line = object_completer(builder, kind, nodes, {"node": node})
    if not levels:  # visibility must be known even if nothing of the object is requested
        bare = ById(entity)
        bare.define("True")
        levels.append(bare)

    def part(
        source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, found: Objects
    ) -> None:
        lines = source.lines(found[number])
        edges: list[object] = [None] * len(lines)
        holder[key] = edges
        for position, each in enumerate(lines):
            line(each, building, edges, position)

    return levels, part


def _nodes(number: int) -> Part:
    def part(
        source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, found: Objects
    ) -> None:
        objects = found[number][0]
        holder[key] = [objects[each] for each in source.ids if each in objects]

    return part


def _page_info(place: Completer) -> Part:
    def part(source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, _: object) -> None:
        place(_immediate(source.page_info()), building, holder, key)

    return part


def _attribute(name: str, place: Completer) -> Part:
    def part(source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, _: object) -> None:
        place(getattr(source.answered(), name), building, holder, key)

    return part


def _computed(get: Getter, place: Completer, location: FieldLocation) -> Part:
    def part(source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, _: object) -> None:
        building.put(get(source, building.runtime), place, holder, key, location)

    return part


def _constant(text: str) -> Part:
    def part(source: EagerRanking, building: ResponseBuilder, holder: dict[str, object], key: str, _: object) -> None:
        holder[key] = text

    return part


def _immediate(coroutine: Coroutine[object, None, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        coroutine.close()
    raise NotCompilable("waits")
