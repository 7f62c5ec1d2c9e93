"""Errors as clients see them: one shape, stable codes, a sentence that helps; never a stack trace or SQL.

{"message": "…", "path": […], "locations": […], "extensions": {"code": "BAD_USER_INPUT", "field": "first"}}
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Sequence
from enum import StrEnum

from graphql import GraphQLError, GraphQLSyntaxError

from store.database.environment import is_unavailable

logger = logging.getLogger("roadshow.schema")

RETRY_SECONDS = 5
"""Seconds after which a client may retry if the database can't be used."""
LONGEST_MESSAGE = 1_000
"""Characters; messages quote client input, which may be long."""


class Code(StrEnum):
    """Every code of core. Plugins' codes come from their `UserError`."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    """The document isn't GraphQL."""
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    """The document doesn't fit the schema."""
    BAD_USER_INPUT = "BAD_USER_INPUT"
    """An argument or variable can't be used."""
    NOT_FOUND = "NOT_FOUND"
    """The subject of a mutation or a ranking doesn't exist, or is hidden from the actor."""
    UNAUTHENTICATED = "UNAUTHENTICATED"
    """The key is unknown, expired or revoked."""
    FORBIDDEN = "FORBIDDEN"
    """The actor's role may not do this."""
    CONFLICT = "CONFLICT"
    """Someone changed it meanwhile, or it would contradict stored data."""
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    """More than the limits in `capabilities` allow."""
    UNAVAILABLE = "UNAVAILABLE"
    """A required part isn't running, or not yet; `retryAfter` has seconds if waiting helps."""
    BUSY = "BUSY"
    """Another program writes to the database and didn't end in time; nothing was written. Retry."""
    PLUGIN_FAILED = "PLUGIN_FAILED"
    """A plugin's part failed; everything else was answered."""
    PLUGIN_TIMEOUT = "PLUGIN_TIMEOUT"
    """A plugin's part took too long."""
    PLUGIN_RESTING = "PLUGIN_RESTING"
    """A plugin's part kept failing and is switched off for a while."""
    INTERNAL = "INTERNAL"
    """Our fault; the reference finds it in the log."""


class SchemaError(Exception):
    """An error with a code, fit for a client. `field` names the argument or input field at fault."""

    code: Code = Code.INTERNAL

    def __init__(self, message: str, *, field: str | None = None, code: Code | str | None = None) -> None:
        super().__init__(message)
        self.field = field
        if code is not None:
            self.code = Code(code) if code in Code.__members__ else code  # type: ignore[assignment]

    @property
    def extensions(self) -> dict[str, object]:
        """What GraphQL puts beside the message."""
        return {"code": str(self.code), **({"field": self.field} if self.field else {})}


class BadUserInputError(SchemaError):
    """An argument can't be used."""

    code = Code.BAD_USER_INPUT


class NotFoundError(SchemaError):
    """It doesn't exist, or is hidden from the actor."""

    code = Code.NOT_FOUND


class ForbiddenError(SchemaError):
    """The actor's role may not do this."""

    code = Code.FORBIDDEN


class UnavailableError(SchemaError):
    """A required part isn't running here."""

    code = Code.UNAVAILABLE


def client_errors(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """Return `errors` with a code each; internal ones are logged and replaced."""
    return [_client_error(error) for error in errors]


def shortened(message: str) -> str:
    """Cut `message` at `LONGEST_MESSAGE`."""
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"


def _client_error(error: GraphQLError) -> GraphQLError:
    if "code" in (error.extensions or {}):
        return error
    message, extensions = _classify(error)
    return GraphQLError(
        shortened(message), nodes=error.nodes, source=error.source, positions=error.positions, path=error.path,
        extensions=extensions,
    )  # fmt: skip


def _classify(error: GraphQLError) -> tuple[str, dict[str, object]]:
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    if isinstance(error, GraphQLSyntaxError):
        return error.message, {"code": str(Code.GRAPHQL_PARSE_FAILED)}
    if original is None or isinstance(original, GraphQLError):
        # graphql-core's own: with a path a null where none is allowed, without one a variable that doesn't fit.
        if error.path is None:
            return error.message, {"code": str(Code.BAD_USER_INPUT)}
        if isinstance(original, GraphQLError):
            return error.message, {"code": str(Code.BAD_USER_INPUT)}
    code = getattr(original, "code", None)
    # The recommender's, the plugin host's, a plugin's UserError. Codes are upper case: SQLAlchemy's exceptions
    # have a `code` too, and SQL in their text.
    if isinstance(code, str) and code.isupper() and original is not None:
        field = _camel(getattr(original, "field", None))
        owner = getattr(original, "owner", None)
        extra: dict[str, object] = {
            name: value for name, value in (("field", field), ("plugin", owner)) if isinstance(value, str)
        }
        if (seconds := getattr(original, "retry_after", None)) is not None:
            extra["retryAfter"] = seconds
        return str(original), {"code": str(code), **extra}
    if is_unavailable(original):
        logger.error("the database can't be used: %s", type(original).__name__)
        return (
            "The database can't be used just now. Try again in a moment.",
            {"code": str(Code.UNAVAILABLE), "retryAfter": RETRY_SECONDS},
        )
    reference = uuid.uuid4().hex[:12]
    logger.error("internal error %s at %s", reference, error.path, exc_info=original or error)
    return (
        "Something went wrong on our side. The reference finds it in the server's log.",
        {"code": str(Code.INTERNAL), "reference": reference},
    )


def _camel(field: object) -> str | None:
    """Convert an argument's Python name to the schema's."""
    if not isinstance(field, str):
        return None
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), field)


def formatted(error: GraphQLError) -> dict[str, object]:
    """One error in the shape of this page's head."""
    return dict(error.formatted)
