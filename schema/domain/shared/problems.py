"""Problems of a mutation's input, reported in the payload with a code and the path of the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schema.declarations.errors import Code, shortened

CODES = {
    Code.BAD_USER_INPUT: "A value can't be used; the message says what is allowed.",
    Code.NOT_FOUND: "It doesn't exist, or you may not see it.",
    Code.FORBIDDEN: "You may not do this.",
    Code.CONFLICT: "Someone changed it meanwhile, or it contradicts stored data.",
}


@dataclass(frozen=True, slots=True)
class UserError:
    """One problem. `field` is the path of the argument, outermost first."""

    code: Code
    message: str
    field: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shortened(self.message))


class RefusedError(Exception):
    """Ends a mutation; nothing is written."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(each.message for each in errors))
        self.errors = errors


def bad(message: str, *field: str) -> RefusedError:
    """Refuse a value that can't be used."""
    return RefusedError(UserError(Code.BAD_USER_INPUT, message, field))


def missing(what: str, identifier: str, *field: str) -> RefusedError:
    """Refuse something that doesn't exist or is hidden from the actor; `what` is a type's name or a word."""
    label = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in what).strip()
    return RefusedError(UserError(Code.NOT_FOUND, f"There is no {label} {identifier!r} that you may see.", field))


def forbidden(message: str, *field: str) -> RefusedError:
    """Refuse something that the actor may not do."""
    return RefusedError(UserError(Code.FORBIDDEN, message, field))


def conflict(message: str, *field: str) -> RefusedError:
    """Refuse a change that came too late or contradicts stored data."""
    return RefusedError(UserError(Code.CONFLICT, message, field))


@dataclass(frozen=True, slots=True)
class Payload:
    """A mutation's answer: what was written (or would be, in a dry run), and what was wrong."""

    written: object = None
    user_errors: Sequence[UserError] = ()
    dry_run: bool = False
