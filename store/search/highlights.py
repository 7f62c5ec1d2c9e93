"""Finds occurrences of a query in a text: spans to mark, and a fragment around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.search.queries import Query, Unit, parse
from store.search.tokens import Token, tokenize

Span = tuple[int, int]
"""Start and end, in characters of the text: `text[start:end]`."""

FRAGMENT_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Highlight:
    """A fragment of one field with something found."""

    field: str
    """The attribute's name."""
    language: str | None
    """The text's BCP 47 tag, where it has one."""
    text: str
    """The fragment, with `…` where the text goes on."""
    spans: tuple[Span, ...]
    """Spans to mark in the fragment, in order, without overlap."""


def highlight(text: str, query: str | Query) -> list[Span]:
    """Return the spans of `text` in which units of `query` occur, in order, merged where they touch."""
    parsed = query if isinstance(query, Query) else parse(query)
    if not parsed or not text:
        return []
    tokens = tokenize(text)
    spans = sorted(span for unit in parsed.units for span in _found(tokens, unit))
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def marked(text: str, spans: Sequence[Span], before: str = "<mark>", after: str = "</mark>") -> str:
    """Put `before` and `after` around each span of `text`. Escapes nothing: for pages, escape the pieces instead."""
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += (text[position:start], before, text[start:end], after)
        position = end
    return "".join((*pieces, text[position:]))


def fragment(text: str, spans: Sequence[Span], length: int = FRAGMENT_LENGTH) -> tuple[str, tuple[Span, ...]]:
    """Return a piece of `text` of about `length` characters with the most spans in it, and its spans."""
    if len(text) <= length:
        return text, tuple(spans)
    best = max(range(len(spans)), key=lambda first: (_inside(spans, first, length), -first)) if spans else None
    lead = length // 4
    start = max(0, min(spans[best][0] - lead if best is not None else 0, len(text) - length))
    end = min(len(text), start + length)
    if best is not None:
        end = max(end, spans[best][1])
    start = _word_start(text, start, spans[best][0] if best is not None else start)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(head) - start
    shifted = tuple((first + shift, min(last, end) + shift) for first, last in spans if first >= start and first < end)
    return f"{head}{text[start:end]}{tail}", shifted


def _inside(spans: Sequence[Span], first: int, length: int) -> int:
    limit = spans[first][0] + length * 3 // 4
    return sum(1 for span in spans[first : first + length] if span[1] <= limit)


def _word_start(text: str, start: int, latest: int) -> int:
    """Move `start` after the next blank if that is near and before `latest`."""
    if start == 0:
        return 0
    blank = text.find(" ", start - 1, min(start + 20, latest))
    return blank + 1 if blank >= 0 else start


def _found(tokens: Sequence[Token], unit: Unit) -> list[Span]:
    *others, last = unit.tokens
    before = len(others)
    return [
        (tokens[index - before].start, _end(token, unit))
        for index, token in enumerate(tokens)
        if (token.text == last or (unit.prefix and _begins(token, last, unit)))
        and index >= before
        and all(tokens[index - before + place].text == wanted for place, wanted in enumerate(others))
    ]


def _begins(token: Token, beginning: str, unit: Unit) -> bool:
    return token.text.startswith(beginning) or (unit.form_pattern is not None and token.form.startswith(beginning))


def _end(token: Token, unit: Unit) -> int:
    """Return the end of a mark: a whole word, or the first character of a pair if the query has only that."""
    if unit.prefix and token.wide and not token.closing and len(unit.tokens[-1]) == 1:
        return token.start + max(1, (token.end - token.start) // 2)
    return token.end
