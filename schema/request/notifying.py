"""Telling people something of the kinds that core and plugins declare."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from store.notifications.telling import notify

if TYPE_CHECKING:
    from plugins.host.host import Host


def notify_of(
    host: Host, owner: str, session: Session, kind: str, to: Iterable[str], arguments: Mapping[str, object], key: str
) -> list[str]:
    """Tell people of something that a kind of `owner` declares; return the ids of new notifications.

    Raises plugins.host.errors.UserError for arguments that can't be used, and LookupError for an unknown kind.
    """
    kinds = {entry.name: entry.value for entry in host.contributions.notification_kinds if entry.owner == owner}
    declared = kinds.get(kind)
    if declared is None:
        close = difflib.get_close_matches(kind, kinds, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it declares: {', '.join(sorted(kinds)) or 'none'}."
        raise LookupError(f"{owner!r} declares no kind of notification {kind!r}; {hint}")
    return notify(session, kind, to, declared.checked(arguments), key, declared.window)
