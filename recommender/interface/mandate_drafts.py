"""Unsaved mandates: rank for an investor as if it had declared this."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import Profile, SubjectKind, WeightedText
from recommender.pool.taxonomies import Taxonomies, common_amount

MOST_CHARACTERS = 20_000
"""The longest thesis of a draft, all its languages together: its text is encoded while somebody waits."""


_AS_STATED = ("texts", "tracks", "stages", "project_kinds", "excluded_projects", "excluded_organisations")
"""What is the same in a draft and in a profile."""


@dataclass(frozen=True, slots=True)
class Cheque:
    """The declared range invested per deal; either end may be open."""

    minimum: Decimal | None
    maximum: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An unsaved mandate. ``None`` keeps what is declared. Mappings hold weights by id.

    ``clear_cheque`` removes the cheque, which ``cheque=None`` keeps.
    """

    texts: tuple[WeightedText, ...] | None = None
    tracks: Mapping[str, float] | None = None
    concepts: Mapping[str, float] | None = None
    excluded_concepts: frozenset[str] | None = None
    places: frozenset[str] | None = None
    excluded_places: frozenset[str] | None = None
    excluded_projects: frozenset[str] | None = None
    excluded_organisations: frozenset[str] | None = None
    stages: frozenset[str] | None = None
    project_kinds: frozenset[str] | None = None
    cheque: Cheque | None = None
    clear_cheque: bool = False

    def digest(self) -> str:
        """Return a hash: equal for equal drafts."""
        stated: list[object] = []
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Mapping):
                value = sorted(value.items())
            elif isinstance(value, frozenset):
                value = sorted(value)
            stated.append((name, value))
        return hashlib.sha256(repr(stated).encode()).hexdigest()[:16]

    def applied(self, profile: Profile, taxonomies: Taxonomies) -> Profile:
        """Return the investor with this mandate and its own history.

        Raises ``RecommenderError`` for a subject that isn't an investor, and for a thesis that is too long.
        """
        if profile.kind is not SubjectKind.INVESTOR:
            raise RecommenderError(f"{profile.id} is no investor; only investors have a mandate", field="mandate")
        if sum(len(each.text) for each in self.texts or ()) > MOST_CHARACTERS:
            raise RecommenderError(
                f"the thesis is longer than {MOST_CHARACTERS} characters; shorten it", field="mandate"
            )
        changes: dict[str, object] = {
            name: getattr(self, name) for name in _AS_STATED if getattr(self, name) is not None
        }
        wanted, excluded = _apart(
            profile.concepts if self.concepts is None else self.concepts,
            profile.excluded_concepts,
            self.excluded_concepts,
        )
        changes["concepts"], changes["excluded_concepts"] = wanted, excluded
        wanted, excluded = _apart(
            dict.fromkeys(profile.places if self.places is None else self.places, 1.0),
            profile.excluded_places,
            self.excluded_places,
        )
        changes["places"], changes["excluded_places"] = frozenset(wanted), excluded
        if self.clear_cheque or self.cheque is not None:
            cheque = self.cheque or Cheque(None, None, "")
            changes["cheque_low"] = common_amount(cheque.minimum, cheque.currency, taxonomies.rates)
            changes["cheque_high"] = common_amount(cheque.maximum, cheque.currency, taxonomies.rates)
        return replace(profile, **changes)  # type: ignore[arg-type]


def _apart(
    wanted: Mapping[str, float], excluded: frozenset[str], given: frozenset[str] | None
) -> tuple[dict[str, float], frozenset[str]]:
    """Separate what is wanted from what is excluded. As when saving, ``given`` prevails."""
    if given is None:
        return dict(wanted), excluded - set(wanted)
    return {each: weight for each, weight in wanted.items() if each not in given}, given
