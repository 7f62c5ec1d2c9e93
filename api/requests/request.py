"""A GraphQL request from a JSON body or URL parameters. Malformed requests are refused here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.operations.settings import Limits
from api.requests.errors import RequestError

FIELDS = ("query", "documentId", "operationName", "variables", "extensions")
_KEY = re.compile(rb'"\s*:')


@dataclass(slots=True)
class GraphQLRequest:
    """One operation to execute: its text, or the hash or id that identifies the text."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, object] = field(default_factory=dict)
    extensions: dict[str, object] = field(default_factory=dict)

    @property
    def persisted_hash(self) -> str | None:
        """The sha256 of an automatic persisted query, in lower case."""
        persisted = self.extensions.get("persistedQuery")
        value = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        return value.lower() if isinstance(value, str) else None


def from_body(body: bytes, limits: Limits) -> GraphQLRequest:
    """Read a request from a JSON body.

    Raises RequestError for invalid JSON, excessive nesting, repeated keys, or anything but a GraphQL request.
    """
    return from_content(decoded(body, limits, "body"))


def decoded(text: bytes, limits: Limits, name: str) -> object:
    """What JSON says. Raises RequestError for what is no JSON, nested too deep, or has a key twice."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise RequestError(f"The {name} is not valid JSON in UTF-8: {problem}") from None
    keys = _check_nesting(content, limits.json_nesting)
    if len(_KEY.findall(text)) != keys:
        _refuse_repeated_keys(text)
    return content


def from_parameters(parameters: Iterable[tuple[str, str]], limits: Limits) -> GraphQLRequest:
    """Read a request from URL parameters; ``variables`` and ``extensions`` are JSON.

    Raises RequestError as ``from_body`` does.
    """
    content: dict[str, object] = {}
    for name, value in parameters:
        if name not in FIELDS:
            continue
        if name in content:
            raise RequestError(f"The parameter '{name}' is given twice.")
        if name in ("variables", "extensions"):
            try:
                content[name] = orjson.loads(value) if value else None
            except orjson.JSONDecodeError as problem:
                raise RequestError(f"The parameter '{name}' is not valid JSON: {problem}") from None
            _check_nesting(content[name], limits.json_nesting)
        else:
            content[name] = value or None
    return from_content(content)


def from_content(content: object) -> GraphQLRequest:
    """Read a request from decoded JSON. Raises RequestError that names the faulty member."""
    if isinstance(content, list):
        raise RequestError("Send one operation per request; batches are not supported.")
    if not isinstance(content, dict):
        raise RequestError("A request must be a JSON object with 'query' and, if any, 'variables'.")
    query, variables = content.get("query"), content.get("variables")
    if len(content) == 2 and type(query) is str and type(variables) is dict:  # as most requests are
        return GraphQLRequest(query, variables=variables)
    query = _member(content, "query", str)
    document_id = _member(content, "documentId", str)
    extensions = _member(content, "extensions", dict) or {}
    request = GraphQLRequest(
        query=query,
        document_id=document_id,
        operation_name=_member(content, "operationName", str) or None,
        variables=_member(content, "variables", dict) or {},
        extensions=extensions,
    )
    if query is None and document_id is None and request.persisted_hash is None:
        raise RequestError("The request has no 'query'; send the operation's text in it.")
    return request


def _member(content: Mapping[str, object], name: str, kind: type) -> Any:
    value = content.get(name)
    if value is not None and not isinstance(value, kind):
        wanted = "a text" if kind is str else "an object"
        raise RequestError(f"'{name}' must be {wanted} or null.")
    return value


def _check_nesting(content: object, limit: int) -> int:
    """Count the keys of all objects in ``content``, level by level.

    Raises RequestError for more than ``limit`` levels.
    """
    keys = 0
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(limit):
        inner: list[Any] = []
        for value in level:
            if type(value) is dict:
                keys += len(value)
            for each in value.values() if type(value) is dict else value:
                if type(each) is dict or type(each) is list:
                    inner.append(each)
        if not inner:
            return keys
        level = inner
    raise RequestError(f"The JSON is nested more than {limit} levels deep.")


def _refuse_repeated_keys(body: bytes) -> None:
    # The fast parser keeps the last of two equal keys, and proxies may read the first: neither is what was meant.
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        merged = dict(pairs)
        if len(merged) != len(pairs):
            names = [name for name, _ in pairs]
            repeated = next(name for name in names if names.count(name) > 1)
            raise RequestError(f"The key '{repeated[:100]}' occurs twice in one JSON object.")
        return merged

    json.loads(body, object_pairs_hook=once)
