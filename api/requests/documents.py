"""Operations, parsed, measured and validated once, and cached by text."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from api.operations.settings import ServerSettings
from api.requests import limits
from api.requests.errors import Code, RequestError
from api.requests.request import GraphQLRequest
from schema.cost.costs import Costs
from schema.execution.validation import RULES
from store.cache import Cache
from store.enums import Role

_COSTS = 64
"""Number of costs cached per document."""

# The library's own measure of the one rule that is not linear; what it allows takes a second.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 30_000


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document."""

    text: str
    node: DocumentNode
    introspects: bool
    costs: Mapping[str | None, Costs]
    """Cost of each operation, by name."""
    asks_plugins: bool = False
    """Whether a plugin's function answers any of its fields."""
    operations: dict[tuple[str | None, int, int], Operation] = field(default_factory=dict)
    """Operations by requested name and cost; read and written under `lock`."""
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document."""

    document: Document
    node: OperationDefinitionNode
    cost: int
    """Cost in points, with the request's variables."""
    name: str | None
    """Its name, if it has one."""
    reads: bool
    """Whether it only reads, once."""
    reading_cost: int
    """Points of its cost without the rows of bulk writes."""

    @property
    def kind(self) -> str:
        """``query``, ``mutation`` or ``subscription``."""
        return self.node.operation.value


class Documents:
    """Finds the operation of a request. Thread-safe."""

    def __init__(
        self, schema: GraphQLSchema, settings: ServerSettings, plugin_fields: frozenset[str] = frozenset()
    ) -> None:
        self.schema = schema
        self.plugin_fields = plugin_fields
        """Schema coordinates of fields answered by plugins' functions."""
        self.limits = settings.limits
        self.development = settings.development
        self._valid: Cache[str, Document] = Cache(settings.documents)
        self._persisted: Cache[str, str] = Cache(settings.documents)
        self._trusted = read_trusted(settings.trusted_documents) if settings.trusted_documents else None
        self._registered: dict[str, str] = {}

    def register(self, operations: Mapping[str, str]) -> None:
        """Register ``operations`` (id to text) by id and hash, also if only trusted ones run."""
        self._registered |= _by_id_and_hash(operations)

    def hides_suggestions(self, role: Role) -> bool:
        """Return whether errors omit similar names, which reveal the schema as introspection does."""
        return role is Role.PUBLIC and not self.development

    def find(self, request: GraphQLRequest, role: Role = Role.PUBLIC) -> Operation:
        """Find the operation of ``request``.

        Raises RequestError if there is none, it isn't valid, or it exceeds a limit.
        """
        text = self._text(request)
        try:
            document = self._document(text, self.hides_suggestions(role))
        except RequestError as refusal:
            if refusal.code in (Code.PARSE_FAILED, Code.VALIDATION_FAILED) and self._undecided(text, request):
                refusal.legacy_status = refusal.status  # not only the document is wrong, but the request
            raise
        operation = _operation(document, request)
        if operation.reading_cost > self.limits.cost:
            raise RequestError(
                f"The operation costs {operation.reading_cost} points; the limit is {self.limits.cost}. "
                "Request smaller pages, or fewer nested lists.",
                Code.LIMIT_EXCEEDED,
                legacy_status=200,
                cost=operation.cost,
            )
        return operation

    def known(self, request: GraphQLRequest) -> Operation | None:
        """Return the operation of ``request`` if its document was validated before; None otherwise."""
        try:
            document = self._valid.get(self._text(request))
            operation = None if document is None else _operation(document, request)
        except RequestError:
            return None
        return operation if operation is not None and operation.reading_cost <= self.limits.cost else None

    def _text(self, request: GraphQLRequest) -> str:
        digest = request.persisted_hash
        registered = self._registered.get(request.document_id or digest or "")
        if registered is not None and request.query is None:
            return registered
        if self._trusted is not None:
            text = self._trusted.get(request.document_id or digest or _digest(request.query or ""))
            if text is None:
                raise RequestError(
                    "This server executes registered operations only; this isn't one.",
                    Code.OPERATION_NOT_FOUND,
                    status=403,
                )
            return text
        if digest is None:
            if request.query is None:
                raise RequestError(
                    "No operation is registered under this 'documentId': send 'query'.", Code.OPERATION_NOT_FOUND
                )
            return request.query
        if request.query is None:
            text = self._persisted.get(digest)
            if text is None:  # clients of persisted queries look for this message
                error = GraphQLError("PersistedQueryNotFound")
                raise RequestError(str(error), Code.PERSISTED_QUERY_NOT_FOUND, legacy_status=200, errors=[error])
            return text
        if _digest(request.query) != digest:
            raise RequestError("'sha256Hash' is not the hash of 'query'.")
        if len(request.query) <= self.limits.document_characters:
            self._persisted.put(digest, request.query)
        return request.query

    def _undecided(self, text: str, request: GraphQLRequest) -> bool:
        """Return whether an invalid document also leaves open which of its operations is meant."""
        tokens = self.limits.tokens
        try:
            node = parse(text, max_lexical_tokens=tokens, max_comments=tokens, allow_empty_selection_sets=True)
        except GraphQLError:
            return False
        names = [_name(each) for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        return request.operation_name not in names if request.operation_name else len(names) != 1

    def _document(self, text: str, hide_suggestions: bool) -> Document:
        document = self._valid.get(text)
        if document is None:
            document = self._validated(text, hide_suggestions)
            self._valid.put(text, document)
        return document

    def _validated(self, text: str, hide_suggestions: bool) -> Document:
        if len(text) > self.limits.document_characters:
            raise RequestError(
                f"The document has {len(text)} characters; the limit is {self.limits.document_characters}.",
                Code.LIMIT_EXCEEDED,
                legacy_status=200,
            )
        tokens = self.limits.tokens
        try:
            node = parse(text, max_lexical_tokens=tokens, max_comments=tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            code = Code.LIMIT_EXCEEDED if "more than" in error.message else Code.PARSE_FAILED
            raise RequestError(error.message, code, legacy_status=200, errors=[error]) from None
        survey = limits.check(node, self.limits)
        errors = validate(self.schema, node, RULES, max_errors=self.limits.errors, hide_suggestions=hide_suggestions)
        if errors:
            raise RequestError(errors[0].message, Code.VALIDATION_FAILED, legacy_status=200, errors=errors)
        costs = {
            _name(each): Costs(self.schema, node, each)
            for each in node.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        return Document(text, node, survey.introspects, costs, self._asks_plugins(node))

    def _asks_plugins(self, document: DocumentNode) -> bool:
        if not self.plugin_fields:
            return False
        types = TypeInfo(self.schema)
        finder = _FieldFinder(types, self.plugin_fields)
        visit(document, TypeInfoVisitor(types, finder))
        return finder.found


class _FieldFinder(Visitor):
    """Finds whether a document selects any of the fields, given by coordinates."""

    def __init__(self, types: TypeInfo, fields: frozenset[str]) -> None:
        super().__init__()
        self.types = types
        self.fields = fields
        self.found = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.types.get_parent_type()
        self.found = self.found or (parent is not None and f"{parent.name}.{node.name.value}" in self.fields)


def _operation(document: Document, request: GraphQLRequest) -> Operation:
    asked = request.operation_name
    costs = document.costs.get(asked)
    if costs is None:
        costs = document.costs[_name(_named(document.node, asked))]
    cost, written = costs.parts_of(request.variables)
    key = (asked, cost, written)
    with document.lock:
        operation = document.operations.get(key)
        if operation is None:
            node = _named(document.node, asked)
            if len(document.operations) >= _COSTS:
                document.operations.clear()
            reads = node.operation is OperationType.QUERY
            operation = document.operations[key] = Operation(document, node, cost, _name(node), reads, cost - written)
        return operation


def _name(node: OperationDefinitionNode) -> str | None:
    return node.name.value if node.name else None


def _named(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not name:
        if len(operations) > 1:
            raise RequestError("The document has several operations; name one in 'operationName'.")
        return operations[0]
    for node in operations:
        if node.name and node.name.value == name:
            return node
    raise RequestError(f"The document has no operation named '{name[:100]}'.")


def is_query(operation: Operation) -> bool:
    """Return whether it only reads, once."""
    return operation.reads


def is_subscription(operation: Operation) -> bool:
    """Return whether it is a stream."""
    return operation.node.operation is OperationType.SUBSCRIPTION


def read_trusted(path: Path) -> dict[str, str]:
    """Read operations by id, and by the sha256 of their text, from a JSON file ``{id: text}``.

    Raises ValueError that names the file and what is wrong with it.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as problem:
        raise ValueError(f"trusted_documents: {path} can't be read as JSON: {problem}") from problem
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in content.values()):
        raise ValueError(f"trusted_documents: {path} must be an object of texts, from id to operation")
    return _by_id_and_hash(content)


def _by_id_and_hash(operations: Mapping[str, str]) -> dict[str, str]:
    return {**operations, **{_digest(text): text for text in operations.values()}}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
