"""Reads the investor's list from the API as that investor, so that it contains nothing hidden from the recipient."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from roadshow import Actor, Context, Role

LINES = """
      edges {
        rank
        score
        cursor
        reasons
        node {
          id
          name
          summary
          fictional
          website
          status
          fundingStage
          technologyLevel
          names { language text }
          summaries { language text }
          descriptions { language text }
          tracks { id name }
          industries { id name }
          origin { id name }
          ask { minimum { amount currency } maximum { amount currency } }
          raised { amount currency }
          awards { id }
        }
      }
"""
LIST = f"""query DigestList($id: ID!, $first: Int!, $after: String) {{
  investor(id: $id) {{
    id
    name
    rankedProjects(first: $first, after: $after, options: {{ reasons: 2 }}) {{
      totalCount
      snapshot {{ fingerprint }}
      pageInfo {{ hasNextPage endCursor }}
      {LINES}
    }}
  }}
}}"""
LEARNT = """query DigestLearnt($id: ID!, $first: Int!) {
  investor(id: $id) {
    id
    rankedProjects(first: $first) { edges { node { tracks { id name } } } }
    declared: rankedProjects(first: $first, options: { personalised: false }) { edges { node { tracks { id name } } } }
    interests(first: 100, orderBy: [{ field: ANSWERED_AT, direction: DESC }]) {
      edges { node { kind answeredAt project { id tracks { id name } } } }
    }
  }
}"""
PAGE = 50
MOST_PAGES = 10
"""How far down the list news is looked for."""


class ListError(Exception):
    """The API gave no list; the text says why."""


@dataclass(frozen=True)
class Line:
    """One project of the list, as its investor sees it."""

    project: str
    rank: int
    score: float
    reasons: tuple[str, ...]
    node: Mapping[str, Any]

    @property
    def parts(self) -> dict[str, str]:
        """A fingerprint of each visible part of the project, independent of the reader's language."""
        return {name: _fingerprint(self.node, keys) for name, keys in PARTS.items()}


PARTS: dict[str, tuple[str, ...]] = {
    "name": ("names",),
    "summary": ("summaries",),
    "description": ("descriptions",),
    "status": ("status",),
    "tracks": ("tracks",),
    "industries": ("industries",),
    "stage": ("fundingStage",),
    "technology": ("technologyLevel",),
    "money": ("ask", "raised"),
    "awards": ("awards",),
    "origin": ("origin",),
    "website": ("website",),
}
"""The fields of each part whose changes are reported."""


@dataclass
class PreferenceChanges:
    """What the investor's answers since a moment did to the list."""

    passed: int = 0
    liked: int = 0
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """A track with more or fewer projects on the list than by the mandate alone."""

    track: str
    before: int
    now: int
    answers: int
    """Number of answers behind it: passes if it has fewer now, likes if it has more."""


def as_investor(investor_id: str) -> Actor:
    """Return the actor that reads the list."""
    return Actor(Role.INVESTOR, subject_id=investor_id, name="digest")


def lines(context: Context, investor_id: str, language: str) -> Iterator[Line]:
    """Yield the list, best first, read page by page as far as needed.

    Raises
    ------
    ListError: the API refuses it, for example because the investor no longer exists.
    """
    after: str | None = None
    with context.acting_as(as_investor(investor_id), [language]) as own:
        for _ in range(MOST_PAGES):
            ranking = _data(own.ask(LIST, {"id": investor_id, "first": PAGE, "after": after}))["rankedProjects"]
            for edge in ranking["edges"]:
                yield Line(edge["node"]["id"], edge["rank"], edge["score"], tuple(edge["reasons"]), edge["node"])
            if not ranking["pageInfo"]["hasNextPage"]:
                return
            after = ranking["pageInfo"]["endCursor"]


def name_of(context: Context, investor_id: str, language: str) -> str:
    """Return the investor's own name. Raises ListError."""
    question = "query DigestName($id: ID!) { investor(id: $id) { name } }"
    with context.acting_as(as_investor(investor_id), [language]) as own:
        return str(_data(own.ask(question, {"id": investor_id}))["name"] or "")


def learnt(
    context: Context, investor_id: str, language: str, since: datetime | None, size: int
) -> PreferenceChanges | None:
    """What the answers since a moment did to the first `size` of the list; None if there were none."""
    with context.acting_as(as_investor(investor_id), [language]) as own:
        both_lists = _data(own.ask(LEARNT, {"id": investor_id, "first": size}))
    answers = [
        edge["node"]
        for edge in both_lists["interests"]["edges"]
        if since is None or datetime.fromisoformat(edge["node"]["answeredAt"]) > since
    ]
    if not answers:
        return None
    kinds = Counter(each["kind"] for each in answers)
    names: dict[str, str] = {}
    today, declared = (_tally(_nodes(both_lists[each]), names) for each in ("rankedProjects", "declared"))
    behind = {
        kind: _tally([each["project"] for each in answers if each["kind"] == kind and each["project"]], names)
        for kind in ("PASS", "LIKE")
    }
    moves: list[Move] = []
    for track, name in names.items():
        before, count = declared[track], today[track]
        answered = behind["PASS" if count < before else "LIKE"][track]
        if count != before and answered:
            moves.append(Move(name, before, count, answered))
    moves.sort(key=lambda each: -abs(each.now - each.before))
    return PreferenceChanges(kinds["PASS"], kinds["LIKE"], moves[:3])


def _nodes(connection: Mapping[str, Any]) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


def _tally(projects: Sequence[Mapping[str, Any]], names: dict[str, str]) -> Counter[str]:
    names.update({track["id"]: track["name"] for project in projects for track in project["tracks"]})
    return Counter(track["id"] for project in projects for track in project["tracks"])


def _data(answer: Mapping[str, Any]) -> Any:
    if errors := answer.get("errors"):
        raise ListError(str(errors[0]["message"]))
    investor = answer["data"]["investor"]
    if investor is None:
        raise ListError("The investor no longer exists.")
    return investor


def _fingerprint(node: Mapping[str, object], keys: Sequence[str]) -> str:
    plain = [_without_names(node.get(key)) for key in keys]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_names(value: object) -> object:
    """Of records their ids, in a fixed order: that a track is called otherwise doesn't change the project."""
    if isinstance(value, list):
        return sorted((_without_names(each) for each in value), key=str)
    if isinstance(value, Mapping) and "id" in value:
        return value["id"]
    return value
