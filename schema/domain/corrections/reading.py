"""The fields of a record of which corrections can be asked for, with what they say."""

from __future__ import annotations

from dataclasses import dataclass

from schema.declarations.base import GivenArguments
from schema.declarations.columns import Localized
from schema.declarations.errors import ForbiddenError
from schema.domain.corrections.mutations import present_text
from schema.domain.corrections.values import correctable
from schema.request.context import Context
from schema.sql.scope import camel
from store.enums import Role


@dataclass(frozen=True, slots=True)
class CorrectableField:
    """A field, and what it says to the actor."""

    name: str
    description: str
    language: str | None
    present: str | None


async def correctable_fields(_: object, context: Context, arguments: GivenArguments) -> list[CorrectableField]:
    """Return the fields of a record; none for a record that the actor doesn't see, or that nobody edits."""
    if context.actor.role is Role.PUBLIC:
        raise ForbiddenError("PUBLIC may not ask for corrections; sign in or send an API key.")
    entity = context.registry.of_id(arguments["subject"])
    row = None if entity is None else await context.row(entity.name, arguments["subject"])
    if entity is None or row is None or not entity.writable or entity.subject is not None:
        return []
    found = []
    for each in correctable(entity):
        language = None
        if isinstance(each, Localized):
            texts = getattr(row, each.column) or {}
            language = next((tag for tag in context.all_languages if tag in texts), context.all_languages[0])
        present = await present_text(context, each, row, language)
        found.append(CorrectableField(camel(each.name), each.description, language, present))
    return found
