"""Negation: what a sentence denies, as in "no drones", "we left batteries", "消费应用不投".

Encoders place "no drones" close to "drones", so a reason must not rest on it. The scope of a negation is determined by
cue words: from a cue to the end of its clause ("without X", "不做X"), or the clause before a cue that stands at its end
("X are excluded", "X除外"). This is the scope rule of NegEx (Chapman et al., 2001) with clauses for windows.
"""

from __future__ import annotations

import re
from functools import lru_cache

MOST_AFFIRMED = 0.5
"""A sentence is denied as a whole where no more than this share of its letters is outside of negations."""

_CLAUSE = re.compile(r"[^,;:.!?()\u2014，、；：。！？（）\n]+")
_AND_THEN = re.compile(r"\b(?:but|though|although|yet|so that|because|since|while)\b|但是?|不过|因为|所以|而是")
_DENIES_WHAT_FOLLOWS = re.compile(
    r"\b(?:no(?!t only\b| longer than\b| more than\b| less than\b| fewer than\b)|not(?! only\b)|\w+n['’]t|cannot|never|"
    r"neither|nor|without|except(?: for)?|excluding|rather than|instead of|other than|nothing (?:to do )?with|"
    r"(?:we|they|it|company|team|has|have|had) left|left behind|gave up|given up|gives? up|stopped|ceased|abandoned|"
    r"dropped|quit|exited|withdrew from|moved away from|refuse[sd]?|reject(?:s|ed)?|avoid(?:s|ed)?)\b"
    r"|不(?!仅|但|断|同|少|久|锈|停|论|管|到|足)|未(?!来)|没有|无(?:需|须|意)|勿|拒绝|退出|离开|"
    r"告别|放弃|停止|而非|并非|取代|代替",
    re.IGNORECASE,
)
_DENIES_WHAT_PRECEDES = re.compile(
    r"\b(?:(?:is|are|was|were|be) (?:excluded|ruled out|out of scope|not (?:for us|our\b.*|wanted|considered))|never|"
    r"(?:does|do)(?:n['’]t| not) (?:interest|concern|matter to) us)\W*$"
    r"|(?:除外|不投|不看|不做|不考虑|不感兴趣|免谈|不在范围)\W*$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=8192)
def denied_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each negated part of ``text``, in order."""
    spans: list[tuple[int, int]] = []
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        if _DENIES_WHAT_PRECEDES.search(clause.group()):
            spans.append((start, end))
            continue
        cue = _DENIES_WHAT_FOLLOWS.search(clause.group())
        if cue is None:
            continue
        turn = _AND_THEN.search(clause.group(), cue.end())
        spans.append((start + cue.start(), start + turn.start() if turn else end))
    return tuple(spans)


def affirmed(text: str) -> str:
    """Return ``text`` with the negated parts replaced by blanks, at the same length."""
    characters = list(text)
    for start, end in denied_spans(text):
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def is_denial(text: str) -> bool:
    """Return whether a sentence denies most of what it names, so that its similarity to a query means nothing."""
    letters = len(_LETTER.findall(text))
    if not letters or not denied_spans(text):
        return False
    return len(_LETTER.findall(affirmed(text))) <= MOST_AFFIRMED * letters
