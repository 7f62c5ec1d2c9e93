"""A plan: for each root field of a query what it reads, and the object made of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, OperationDefinitionNode

from schema.compiled.plan.builder import Builder, declaration_of, shape_of
from schema.compiled.plan.connections import pages
from schema.compiled.plan.searching import search_root
from schema.compiled.response.completing import Placing, completer, getter
from schema.compiled.response.failures import Site, settled
from schema.compiled.run.runtime import Runtime
from schema.declarations.relations import Connection, Lookup
from schema.execution.calls import Answered
from schema.execution.errors import Unplanned
from schema.types.queries import _MOST_NODES, _node, _nodes
from schema.types.searching import search

Root = Callable[[Runtime], Any]
_REST, _LONGEST_REST = 16, 4_096
"""How many times a plan isn't quick after it took long."""


class Plan:
    """How one operation is answered, for one role and one combination of its conditions."""

    def __init__(self, builder: Builder, operation: OperationDefinitionNode) -> None:
        kind = builder.selections.schema.query_type
        assert kind is not None
        self.seconds: float | None = None
        """Time of the processor that it took of late: a moving mean, in which one slow run counts for a while.

        None before the first run. How busy the machine is otherwise doesn't count.
        """
        self.runs = 0
        self._rough = False
        self._rests = 0
        self._rest = _REST
        self._roots: list[tuple[str, Root, Site]] = []
        self._shape = shape_of(builder, operation)
        for key, nodes in builder.selections.root(kind, operation).items():
            name = nodes[0].name.value
            site = Site(kind.name, nodes)
            if name == "__typename":
                self._roots.append((key, _constant(kind.name), site))
            elif name.startswith("__"):
                raise Unplanned("introspection")
            else:
                self._roots.append((key, _root(builder, kind.fields[name], site), site))
        self._builder = builder
        self.single = builder.statements <= 1
        """Whether it takes one statement at most."""

    @property
    def needs_context(self) -> bool:
        """Whether a part calls functions that take a context; may turn out when rows of a further type turn up."""
        return self._builder.needs_context

    def quick(self, seconds: float) -> bool:
        """Whether it is known to take less than so many seconds."""
        if self.seconds is None or self.seconds > seconds or self.needs_context:
            return False
        if self._rests:
            self._rests -= 1
            return False
        return True

    def took(self, seconds: float, made: bool = False) -> None:
        """Note how long a run took; if statements were `made` in it, only as long as nothing better is known."""
        known = self.seconds
        if known is None or self._rough:
            self.seconds = seconds
            self._rough = made
        elif not made:
            self.seconds = seconds if seconds > 4 * known else known + (seconds - known) / 16

    def was_slow(self) -> None:
        """Note that it took long where it was known to be quick: it rests a while, each time longer."""
        self._rests = self._rest
        self._rest = min(2 * self._rest, _LONGEST_REST)

    def answer(self, runtime: Runtime) -> Answered:
        """The response's data and errors. Raises Unplanned: then the reference executor answers."""
        data = self.run(runtime)
        return settled(data, self._shape()) if runtime.failed else Answered(data)

    def run(self, runtime: Runtime) -> dict[str, Any]:
        """The response's data, with failures in it if the runtime says that it failed. Raises Unplanned."""
        made: dict[str, Any] = {}
        for key, root, site in self._roots:
            try:
                made[key] = root(runtime)
            except Exception as problem:
                made[key] = runtime.failure(problem, site)
        return made


def _root(builder: Builder, definition: GraphQLField, site: Site) -> Root:
    nodes = site.nodes
    declaration = declaration_of(definition)
    if declaration is not None and declaration.readers is not None:
        raise Unplanned("readers")
    if isinstance(declaration, Lookup):
        return _lookup(builder, declaration, definition, nodes)
    if isinstance(declaration, Connection) and declaration.join is None:
        level = pages(builder, declaration, definition, nodes)
        return lambda runtime: level.read(runtime, None)
    if declaration is not None:
        raise Unplanned("root")
    resolve = getattr(definition.extensions.get("strawberry-definition"), "resolve", None)
    if resolve is search:
        return search_root(builder, definition, site)
    if resolve in (_node, _nodes):
        return _by_ids(builder, definition, nodes, one=resolve is _node)
    return _computed(builder, definition, site)


def _lookup(builder: Builder, declaration: Lookup, definition: GraphQLField, nodes: Sequence[FieldNode]) -> Root:
    entity = builder.entity(declaration.target)
    level = builder.by_id(entity, nodes)
    arguments = builder.arguments(definition, nodes[0])
    start = f"{entity.prefix}_"

    def root(runtime: Runtime) -> Any:
        identifier = arguments.read(runtime.variables)["id"]
        if not identifier.startswith(start):
            return None
        return level.read(runtime, (identifier,)).get(identifier)

    return root


def _by_ids(builder: Builder, definition: GraphQLField, nodes: Sequence[FieldNode], *, one: bool) -> Root:
    reader = builder.many_types(definition.type, nodes)
    arguments = builder.arguments(definition, nodes[0])

    def root(runtime: Runtime) -> Any:
        given = arguments.read(runtime.variables)
        if one:
            return reader.read(runtime, [given["id"]]).get(given["id"])
        ids = given["ids"][:_MOST_NODES]
        found = reader.read(runtime, list(dict.fromkeys(ids)))
        return [found.get(each) for each in ids]

    return root


def _computed(builder: Builder, definition: GraphQLField, site: Site) -> Root:
    builder.needs_context = True
    get = getter(builder, definition, site.nodes[0])
    place = completer(builder, definition.type, site)

    def root(runtime: Runtime) -> Any:
        holder: dict[str, Any] = {}
        placing = Placing(runtime)
        placing.put(get(None, runtime), place, holder, "value", site)
        placing.settle()
        return holder["value"]

    return root


def _constant(text: str) -> Root:
    return lambda runtime: text
