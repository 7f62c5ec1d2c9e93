"""One digest as read by its recipient, for mail, feed, webhook and preview alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plugins.digest.content import texts
from plugins.digest.content.choosing import Chosen
from plugins.digest.content.reading import PreferenceChanges

LONGEST_SUMMARY = 280

MakeLink = Callable[[str, str], str]
"""The address for answering a project (by id) with `LIKE` or `PASS`."""


@dataclass(frozen=True)
class Entry:
    """One project of a digest, in its reader's language."""

    project: str
    rank: int
    score: float
    name: str
    summary: str
    facts: str
    reason: str
    changed: str
    changed_parts: tuple[str, ...]
    fictional: bool
    address: str
    like: str
    skip: str


@dataclass(frozen=True)
class Issue:
    """A digest for one reader."""

    investor: str
    language: str
    made_at: datetime
    entries: Sequence[Entry]
    learnt: Sequence[str] = field(default_factory=tuple)

    @property
    def subject(self) -> str:
        """The subject line."""
        name = "subject" if len(self.entries) > 1 else "subject_one"
        return texts.text(name, self.language, name=self.investor, count=len(self.entries), first=self.entries[0].name)


def make_issue(
    investor: str,
    language: str,
    made_at: datetime,
    chosen: Sequence[Chosen],
    found: PreferenceChanges | None,
    base_url: str,
    link: MakeLink,
) -> Issue:
    """Build the digest of the selected projects."""
    entries = [_entry(each, language, base_url, link) for each in chosen]
    return Issue(investor, language, made_at, entries, tuple(_learnt(found, language)) if found else ())


def _entry(chosen: Chosen, language: str, base_url: str, link: MakeLink) -> Entry:
    line, node = chosen.line, chosen.line.node
    parts = chosen.changed
    named = texts.joined([texts.label(texts.PARTS, each, language) for each in parts], language)
    return Entry(
        project=line.project,
        rank=line.rank,
        score=line.score,
        name=node["name"] or line.project,
        summary=_shortened(node["summary"] or ""),
        facts=" · ".join(facts_of(node, language)),
        reason=texts.sentences(line.reasons, language),
        changed=texts.text("changed", language, parts=named) if parts else "",
        changed_parts=parts,
        fictional=bool(node["fictional"]),
        address=f"{base_url}/projects/{line.project}?lang={language}",
        like=link(line.project, "LIKE"),
        skip=link(line.project, "PASS"),
    )


def facts_of(node: Any, language: str) -> list[str]:
    """Return facts beside a project's texts: tracks, origin, stage, ask."""
    facts = [texts.joined([track["name"] for track in node["tracks"] if track["name"]], language)]
    facts.append((node["origin"] or {}).get("name") or "")
    if node["fundingStage"]:
        facts.append(texts.label(texts.STAGES, node["fundingStage"], language))
    asked = node["ask"] or {}
    if ends := [texts.money(asked[end], language) for end in ("minimum", "maximum") if asked.get(end)]:
        facts.append(texts.text("asks", language, amount=" – ".join(dict.fromkeys(ends))))
    return [each for each in facts if each]


def _learnt(found: PreferenceChanges, language: str) -> list[str]:
    said = []
    if found.liked + found.passed:
        said.append(texts.text("answers", language, liked=found.liked, passed=found.passed))
    for move in found.moves:
        name = "fewer" if move.now < move.before else "more"
        said.append(
            texts.text(name, language, track=move.track, now=move.now, before=move.before, answers=move.answers)
        )
    return said


def _shortened(summary: str) -> str:
    plain = " ".join(summary.split())
    if len(plain) <= LONGEST_SUMMARY:
        return plain
    cut = plain[:LONGEST_SUMMARY]
    return (cut[: cut.rfind(" ")] if " " in cut[LONGEST_SUMMARY // 2 :] else cut).rstrip(" ,;，；") + "…"
