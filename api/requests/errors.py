"""Errors of a request, before or instead of its execution: one shape, stable codes, an HTTP status each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from graphql import GraphQLError

from schema.declarations.errors import shortened


class Code(StrEnum):
    """The server's own codes; the schema's are in ``schema.declarations.errors``."""

    BAD_REQUEST = "BAD_REQUEST"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    TIMEOUT = "TIMEOUT"
    OVERLOADED = "OVERLOADED"
    BUSY = "BUSY"
    UNAVAILABLE = "UNAVAILABLE"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"


class RequestError(Exception):
    """A request that is not executed.

    ``status`` is the HTTP status if the answer is ``application/graphql-response+json``; ``legacy_status`` if it is
    ``application/json``, which the GraphQL-over-HTTP specification wants to be 200 for a document that does not parse
    or validate.
    """

    def __init__(
        self,
        message: str,
        code: Code = Code.BAD_REQUEST,
        *,
        status: int = 400,
        legacy_status: int | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[GraphQLError] = (),
        cost: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.legacy_status = legacy_status or status
        self.headers = dict(headers or {})
        self.errors = list(errors) or [GraphQLError(message)]
        self.cost = cost
        """The cost of the refused operation, if known."""

    def payload(self) -> list[dict[str, object]]:
        """The errors as a GraphQL response lists them."""
        return [_with_code(error, self.code) for error in self.errors]


def _with_code(error: GraphQLError, code: Code) -> dict[str, object]:
    formatted: dict[str, object] = dict(error.formatted)
    formatted["message"] = shortened(error.message)
    formatted["extensions"] = {"code": code.value, **(error.extensions or {})}
    return formatted
