"""Keeps what is in memory up to the change log: what changes touch, and how much is read again for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.image import Image
from store.changes import latest_position, read_changes
from store.database import Database
from store.models import IndustryPriority, Interest, Investment, Match, MatchingNeed, Park
from store.models.system import Change

CHECK_SECONDS = 0.5
"""How often, at most, a request looks whether the change log has grown."""
SUBJECT_TABLES = frozenset(
    {
        "investor",
        "investor_track",
        "investor_concept",
        "investor_place",
        "investor_exclusion",
        "investment",
        "interest",
        "match",
        "match_step",
        "exposure",
        "industry_priority",
        "priority_concept",
        "priority_track",
        "matching_need",
        "need_concept",
        "park",
        "park_concept",
    }
)
"""Changes to these touch one subject; its profile is read again and the rest stays."""
POOL_TABLES = frozenset(
    {
        "project",
        "project_track",
        "project_concept",
        "landing_preference",
        "award",
        "place",
        "concept",
        "concept_mapping",
        "track",
        "track_concept",
        "embedding",
        "learned_model",
    }
)
"""Changes to these touch the pool or the world: everything is read again."""
MOST_SUBJECTS = 500
"""More touched subjects than this, and everything is read again."""


class ImageKeeper:
    """Holds the image of one process. Safe to share among threads; loads it at the first question."""

    def __init__(self, database: Database, load: Callable[[Session], Image], *, every_table: bool) -> None:
        self.database = database
        self._load = load
        self._every_table = every_table
        self._image: Image | None = None
        self._lock = threading.RLock()
        self._checked = 0.0

    def image(self) -> Image:
        """What is in memory, brought up to the change log if it was not looked at in the last half second."""
        image = self._image
        if image is not None and time.monotonic() - self._checked < CHECK_SECONDS:
            return image
        return self.refresh()

    def refresh(self) -> Image:
        """Follow the change log now: the touched subjects alone are read again where that is enough."""
        with self._lock, self.database.read() as session:
            image = self._image
            position = latest_position(session)
            if image is None:
                image = self._load(session)
            elif position != image.position:
                changes = read_changes(session, image.position, limit=5000)
                tables = {change.entity_type for change in changes} - self._quiet_tables()
                subjects = self._subjects(session, changes)
                if len(changes) < 5000 and tables <= SUBJECT_TABLES and len(subjects) <= MOST_SUBJECTS:
                    image = image.with_subjects(session, position, subjects)
                else:
                    image = self._load(session)
            self._image = image
            self._checked = time.monotonic()
            return image

    def _quiet_tables(self) -> frozenset[str]:
        """Core's tables that no ranking looks at; none, where a plugin's block might."""
        from store.models import Base

        if self._every_table:
            return frozenset()
        return frozenset(Base.metadata.tables) - POOL_TABLES - SUBJECT_TABLES

    def reload(self) -> Image:
        """Read everything again, whatever the change log says (after encoding, for instance)."""
        with self._lock:
            self._image = None
            return self.refresh()

    @staticmethod
    def _subjects(session: Session, changes: Sequence[Change]) -> set[str]:
        """Ids that changes are about, and the investors and places behind them.

        A change holds the columns that changed, so its row's investor or place is looked up.
        """
        ids: set[str] = set()
        for change in changes:
            ids.update((change.owner_id, change.entity_id))
            for data in (change.before or {}, change.after or {}):
                ids.update(str(data[key]) for key in ("subject_id", "investor_id", "place_id") if data.get(key))
        parents: tuple[tuple[str, Any, Any], ...] = (
            ("industry_priority", IndustryPriority, IndustryPriority.place_id),
            ("priority_concept", IndustryPriority, IndustryPriority.place_id),
            ("priority_track", IndustryPriority, IndustryPriority.place_id),
            ("matching_need", MatchingNeed, MatchingNeed.place_id),
            ("need_concept", MatchingNeed, MatchingNeed.place_id),
            ("park", Park, Park.place_id),
            ("park_concept", Park, Park.place_id),
            ("interest", Interest, Interest.subject_id),
            ("match", Match, Match.subject_id),
            ("match_step", Match, Match.subject_id),
            ("investment", Investment, Investment.investor_id),
        )
        for table, model, column in parents:
            owners = {change.owner_id for change in changes if change.entity_type == table}
            if owners and len(owners) <= MOST_SUBJECTS:
                ids.update(each for each in session.scalars(select(column).where(model.id.in_(owners))) if each)
            ids.update(owners)  # beyond that many, enough to have everything read again
        return ids
