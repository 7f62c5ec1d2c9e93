"""Core's kinds of notifications, as whoever tells of them knows them; `api/notifications/kinds` says what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store.notifications.telling import notify


@dataclass(frozen=True, slots=True)
class CoreKind:
    """A kind by name, and how long it waits for more of its kind."""

    name: str
    window: float = 0.0
    """Seconds."""

    def tell(self, session: Session, to: Iterable[str], arguments: Mapping[str, object], key: str) -> list[str]:
        """Tell people of it, in the session's transaction; see `notify`."""
        return notify(session, self.name, to, arguments, key, self.window)


JOB_FINISHED = CoreKind("job-finished", 120.0)
JOB_FAILED = CoreKind("job-failed", 120.0)
ROLE_ENDING = CoreKind("role-ending", 3_600.0)
ROLE_ENDED = CoreKind("role-ended", 300.0)
ROLES_RECEIVED = CoreKind("roles-received")
PROJECT_ANSWER = CoreKind("project-answer", 3_600.0)
PROJECT_TALKS = CoreKind("project-talks", 600.0)
CORRECTION_REQUESTED = CoreKind("correction-requested", 3_600.0)
CORRECTION_DECIDED = CoreKind("correction-decided", 600.0)
SECOND_STEP_REMOVED = CoreKind("second-step-removed")
IDENTITY_LINKED = CoreKind("identity-linked")
