"""Ids of visible candidates, cached because what-if repeats the same queries."""

from __future__ import annotations

from sqlalchemy import Select

from plugins.host.contributions.contributions import RowRule
from schema.request.context import Context


def visible_ids(context: Context, statement: Select[str]) -> list[str]:
    """The ids that a statement of what the actor may see gives. With plugins' rules it is asked every time: what
    these look at need not be in the change log.
    """
    host = context.services.host
    rules = host.contributions.permission_rules if host is not None else ()
    if any(isinstance(entry.value, RowRule) for entry in rules):
        return list(context.session.scalars(statement))
    return context.services.results.ids(context.session, statement)
