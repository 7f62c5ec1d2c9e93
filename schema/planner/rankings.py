"""Rankings: ids, scores and reasons from the recommender, everything else of what is ranked from one statement."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, get_named_type

from recommender.types import Ranking
from schema.declarations.computed import Ranking as RankingDeclaration
from schema.planner.building import Builder, ids_of
from schema.planner.by_ids import ById
from schema.planner.completing import Place, Placing, completer, getter, object_completer
from schema.planner.errors import Unplanned
from schema.planner.failures import Site
from schema.planner.levels import Level
from schema.planner.runtime import Runtime
from schema.ranking.questions import RankedEdge, RankedSource
from schema.sql import cursors

Part = Callable[["Asked", Placing, dict[str, Any], str, Any], None]
"""(ranking, placing, holder, key, objects read for it): put a part of the ranking's object into the holder."""
_OF_RANKING = {"totalCount": "total", "gatedCount": "gated", "snapshot": "snapshot", "learnt": "learnt"}


class Asked(RankedSource):
    """A ranking, asked for at once, and once even if there is no answer."""

    _problem: Exception | None = None

    def answer(self) -> Ranking:
        """The recommender's answer. Raises what it raised."""
        if self._problem is not None:
            raise self._problem
        try:
            return super().answer()
        except Exception as problem:
            self._problem = problem
            raise

    def answered(self) -> Ranking:
        """The recommender's answer, asked for once."""
        found: Ranking = _immediate(self.ranking())
        return found

    @property
    def answered_ids(self) -> list[str]:
        """As `ids`; none where there is no answer."""
        try:
            return self.ids
        except Exception:  # every part that asks for the answer says why
            return []

    @property
    def ids(self) -> list[str]:
        """Ids of what stands on the page."""
        return [item.object_id for item in self._page(self.answered())]

    def lines(self, found: Sequence[dict[str, Any]]) -> list[RankedEdge]:
        """The lines of the page whose objects the actor may see; `found` holds those, by id."""
        return [
            RankedEdge(found, cursors.encode(self.mark, [item.rank]), item)
            for item in self._page(self.answered())
            if item.object_id in found[0]
        ]


def ranking_slot(
    builder: Builder, level: Level, identifier: int, declaration: RankingDeclaration, definition: GraphQLField,
    site: Site,
) -> str:  # fmt: skip
    """The name of a mapping from a parent's id to its ranking's object."""
    arguments = builder.arguments(definition, site.nodes[0])
    kind = builder.object_type(get_named_type(definition.type).name)
    parts: list[tuple[str, Part, Site]] = []
    levels: list[list[ById]] = []
    for key, same in builder.selections.of(kind, site.nodes).items():
        name = same[0].name.value
        own = Site(kind.name, same)
        if name == "__typename":
            parts.append((key, _constant(kind.name), own))
        elif name == "edges":
            read, part = _edges(builder, declaration.target, kind.fields[name], same, len(levels))
            levels.append(read)
            parts.append((key, part, own))
        elif name == "nodes":
            level_of_nodes = builder.by_id(builder.entity(declaration.target), same)
            parts.append((key, _nodes(len(levels)), own))
            levels.append([level_of_nodes])
        elif name == "pageInfo":
            parts.append((key, _page_info(completer(builder, kind.fields[name].type, own)), own))
        elif name in _OF_RANKING:
            parts.append((key, _attribute(_OF_RANKING[name], completer(builder, kind.fields[name].type, own)), own))
        else:
            definition_of_part = kind.fields[name]
            get = getter(builder, definition_of_part, same[0])
            parts.append((key, _computed(get, completer(builder, definition_of_part.type, own), own), own))

    def fill(runtime: Runtime, rows: Sequence[Any], _: Any) -> dict[str, Any]:
        parents = ids_of(rows, identifier)
        if not parents:
            return {}
        given, context = arguments.read(runtime.variables), runtime.needed_context()
        made: dict[str, Any] = {}
        asked: dict[str, Asked] = {}
        for parent in parents:
            try:
                asked[parent] = Asked(context, declaration, parent, given)
            except Exception as problem:
                made[parent] = runtime.failure(problem, site)
        found: list[list[dict[str, Any]]] = []
        if levels and asked:
            ids = list(dict.fromkeys(each for source in asked.values() for each in source.answered_ids))
            found = [[level.read(runtime, ids) for level in group] for group in levels]
        placing = Placing(runtime)
        for parent, source in asked.items():
            target: dict[str, Any] = {}
            made[parent] = target
            for key, part, own in parts:
                try:
                    part(source, placing, target, key, found)
                except Exception as problem:
                    placing.fail(problem, target, key, own)
        placing.settle()
        return made

    return level.slot(fill, site)


def _edges(
    builder: Builder, target: str, definition: GraphQLField, nodes: Sequence[FieldNode], number: int
) -> tuple[list[ById], Any]:
    entity = builder.entity(target)
    levels: list[ById] = []

    def node(same: Sequence[FieldNode]) -> Place:
        level = builder.by_id(entity, same)
        position = len(levels)
        levels.append(level)

        def place(value: Any, placing: Placing, holder: Any, key: Any) -> None:
            holder[key] = value.node[position][value.item.object_id]

        return place

    kind = builder.object_type(get_named_type(definition.type).name)
    line = object_completer(builder, kind, nodes, {"node": node})
    if not levels:  # who may be seen must be known even where nothing of it is asked for
        bare = ById(entity)
        bare.define("True")
        levels.append(bare)

    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, found: Any) -> None:
        lines = source.lines(found[number])
        made: list[Any] = [None] * len(lines)
        holder[key] = made
        for position, each in enumerate(lines):
            line(each, placing, made, position)

    return levels, part


def _nodes(number: int) -> Any:
    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, found: Any) -> None:
        objects = found[number][0]
        holder[key] = [objects[each] for each in source.ids if each in objects]

    return part


def _page_info(place: Place) -> Any:
    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, _: Any) -> None:
        place(_immediate(source.page_info()), placing, holder, key)

    return part


def _attribute(name: str, place: Place) -> Any:
    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, _: Any) -> None:
        place(getattr(source.answered(), name), placing, holder, key)

    return part


def _computed(get: Callable[[Any, Runtime], Any], place: Place, site: Site) -> Any:
    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, _: Any) -> None:
        placing.put(get(source, placing.runtime), place, holder, key, site)

    return part


def _constant(text: str) -> Any:
    def part(source: Asked, placing: Placing, holder: dict[str, Any], key: str, _: Any) -> None:
        holder[key] = text

    return part


def _immediate(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    finally:
        coroutine.close()
    raise Unplanned("waits")
