"""A plan: what each root field of a query reads, and the object built from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import FieldNode, GraphQLField, OperationDefinitionNode

from schema.compiled.plan.builder import Builder, declaration_of, shape_of
from schema.compiled.plan.connections import pages
from schema.compiled.plan.searching import search_root
from schema.compiled.response.completing import ResponseBuilder, completer, getter
from schema.compiled.response.failures import FieldLocation, settled
from schema.compiled.run.merged import require_unmerged
from schema.compiled.run.run_times import RunTimes
from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import statement_of
from schema.declarations.relations import Connection, Lookup
from schema.execution.calls import Answered
from schema.execution.errors import NotCompilable
from schema.sql.lookups import ids_with, key_of, only, parameters
from schema.types.queries import _node, _nodes, ids_of
from schema.types.searching import search

Root = Callable[[Runtime], object]


class CompiledPlan:
    """The compiled answer of one operation, for one role and one combination of its conditions."""

    def __init__(self, builder: Builder, operation: OperationDefinitionNode) -> None:
        kind = builder.selections.schema.query_type
        assert kind is not None
        self.times = RunTimes()
        self._roots: list[tuple[str, Root, FieldLocation]] = []
        self._shape = shape_of(builder, operation)
        for key, nodes in builder.selections.root(kind, operation).items():
            name = nodes[0].name.value
            location = FieldLocation(kind.name, nodes)
            if name == "__typename":
                self._roots.append((key, _constant(kind.name), location))
            elif name.startswith("__"):
                raise NotCompilable("introspection")
            else:
                self._roots.append((key, _root(builder, kind.fields[name], location), location))
        self._builder = builder
        self.single = builder.statements <= 1
        """Whether it takes at most one statement."""

    @property
    def needs_context(self) -> bool:
        """Whether a part calls functions that take a context; may change when rows of a new type appear."""
        return self._builder.needs_context

    def is_fast(self, seconds: float) -> bool:
        """Return whether the event loop may run it without being blocked for longer than `seconds`."""
        return not self.needs_context and self.times.allow(seconds)

    def answer(self, runtime: Runtime) -> Answered:
        """Return the response's data and errors. Raises NotCompilable: then the reference executor answers."""
        data = self.run(runtime)
        return settled(data, self._shape()) if runtime.failed else Answered(data)

    def run(self, runtime: Runtime) -> dict[str, object]:
        """The response's data, with failures in it if the runtime says that it failed. Raises NotCompilable."""
        response: dict[str, object] = {}
        for key, root, location in self._roots:
            try:
                response[key] = root(runtime)
            except Exception as problem:
                response[key] = runtime.failure(problem, location)
        return response


def _root(builder: Builder, definition: GraphQLField, location: FieldLocation) -> Root:
    nodes = location.nodes
    declaration = declaration_of(definition)
    if declaration is not None and declaration.readers is not None:
        raise NotCompilable("readers")
    if isinstance(declaration, Lookup):
        return _lookup(builder, declaration, definition, nodes)
    if isinstance(declaration, Connection) and declaration.join is None:
        level = pages(builder, declaration, definition, nodes)
        return lambda runtime: level.read(runtime, None)
    if declaration is not None:
        raise NotCompilable("root")
    resolve = getattr(definition.extensions.get("strawberry-definition"), "resolve", None)
    if resolve is search:
        return search_root(builder, definition, location)
    if resolve in (_node, _nodes):
        return _by_ids(builder, definition, nodes, one=resolve is _node)
    return _computed(builder, definition, location)


def _lookup(builder: Builder, declaration: Lookup, definition: GraphQLField, nodes: Sequence[FieldNode]) -> Root:
    entity = builder.entity(declaration.target)
    level = builder.by_id(entity, nodes)
    arguments = builder.arguments(definition, nodes[0])
    start = f"{entity.prefix}_"
    keys = declaration.keys
    asked = {each.name.value for each in nodes[0].arguments or ()}
    if asked != {"id"}:
        builder.statements += 1

    def root(runtime: Runtime) -> object:
        given = arguments.read(runtime.variables)
        if len(given) == 1 and (identifier := given.get("id")) is not None:
            return by_id(runtime, identifier)
        name, value = key_of(entity, given, keys, runtime.actor)
        if name != "id":
            return by_key(runtime, name, value)
        return by_id(runtime, value)

    def by_id(runtime: Runtime, identifier: str) -> object:
        if not identifier.startswith(start):
            return None
        found = level.read(runtime, (identifier,)).get(identifier)
        if found is None:
            require_unmerged(runtime, (identifier,))
        return found

    def by_key(runtime: Runtime, name: str, value: str) -> object:
        given = parameters(name, value)
        statement = level.cached(
            runtime, ("key", name), lambda: statement_of(ids_with(runtime.scope, entity, name), runtime)
        )
        ids = [row[0] for row in statement.run(runtime, given)]
        rows = level.read(runtime, ids)
        return only([rows[each] for each in ids if each in rows], name, value)

    return root


def _by_ids(builder: Builder, definition: GraphQLField, nodes: Sequence[FieldNode], *, one: bool) -> Root:
    reader = builder.many_types(definition.type, nodes)
    arguments = builder.arguments(definition, nodes[0])

    def root(runtime: Runtime) -> object:
        given = arguments.read(runtime.variables)
        if any(map(runtime.registry.identified_by, [given["id"]] if one else given["ids"])):
            raise NotCompilable("node beside the entities")
        if one:
            found = reader.read(runtime, [given["id"]]).get(given["id"])
            if found is None:
                require_unmerged(runtime, (given["id"],))
            return found
        ids = ids_of(given)
        rows = reader.read(runtime, list(dict.fromkeys(ids)))
        if len(rows) < len(ids):
            require_unmerged(runtime, [each for each in ids if each not in rows])
        return [rows.get(each) for each in ids]

    return root


def _computed(builder: Builder, definition: GraphQLField, location: FieldLocation) -> Root:
    builder.needs_context = True
    get = getter(builder, definition, location.nodes[0])
    place = completer(builder, definition.type, location)

    def root(runtime: Runtime) -> object:
        holder: dict[str, object] = {}
        building = ResponseBuilder(runtime)
        building.put(get(None, runtime), place, holder, "value", location)
        building.settle()
        return holder["value"]

    return root


def _constant(text: str) -> Root:
    return lambda runtime: text
