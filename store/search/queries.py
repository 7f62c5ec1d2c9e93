"""Parses what a reader types into units that must all occur."""

import re
from dataclasses import dataclass
from itertools import takewhile

from store.search.tokens import Token, tokenize

LONGEST_QUERY = 1000
"""Characters of a query that count."""
MOST_UNITS = 16
"""Units of a query that count."""

STOP_WORDS = frozenset(
    "a an and are as at be by for from in into is of on or that the their this to was were with".split()  # noqa: SIM905
)
"""English stop words; they are searched only inside quotes."""

_PARTS = re.compile(r'"(?P<quoted>[^"]*)(?:"(?P<star>\*)?|$)|(?P<word>[^\s"]+)')
_LAST_WORD = re.compile(r"(?<=\s)[a-zA-Z0-9\u00c0-\u024f]+$")
_JOINERS = frozenset("-'.&_@")
"""Characters that join two words into one: x-ray, AT&T, 2.5."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit to find: a word, a sequence of tokens, or the beginning of a word."""

    tokens: tuple[str, ...]
    prefix: bool = False
    """Whether the last token is a prefix."""
    wide: bool = False
    """Whether all of it is of a script written without blanks."""

    @property
    def pattern(self) -> str:
        """What occurs in the indexed text, where each token stands between two blanks."""
        return " " + " ".join(self.tokens) + ("" if self.prefix else " ")

    @property
    def form_pattern(self) -> str | None:
        """For a prefix: return what occurs among the word forms."""
        return f" _{self.tokens[0]}" if self.prefix and not self.wide and len(self.tokens) == 1 else None


@dataclass(frozen=True, slots=True)
class Query:
    """A query as units that must all occur; without units it matches nothing."""

    units: tuple[Unit, ...]
    beyond: str | None = None
    """What of the text doesn't count, as a sentence; None if all of it does."""

    def __bool__(self) -> bool:
        return bool(self.units)


def parse(text: str) -> Query:
    """Parse `text` into units. Never raises: unknown characters are blanks, a missing closing quote is added.

    Words must all occur; words within quotes, and the parts of a compound such as `x-ray`, side by side in that order;
    a run of Chinese characters as it stands; `word*` as a prefix, which finds all that `word` finds.
    """
    units: list[Unit] = []
    counted = text[:LONGEST_QUERY]
    if text[LONGEST_QUERY : LONGEST_QUERY + 1].isalnum():
        counted = _LAST_WORD.sub("", counted)  # half a word would be another word, in no text
    for match in _PARTS.finditer(counted.replace("＂", '"').replace("“", '"').replace("”", '"')):
        if match["quoted"] is not None:
            units.extend(_unit(tokenize(match["quoted"]), prefix=match["star"] is not None))
        else:
            units.extend(_of_word(match["word"]))
    distinct = list(dict.fromkeys(units))
    telling = [unit for unit in distinct if unit.prefix or len(unit.tokens) > 1 or unit.tokens[0] not in STOP_WORDS]
    units = telling or distinct
    return Query(tuple(units[:MOST_UNITS]), _beyond(text, units))


def _beyond(text: str, units: list[Unit]) -> str | None:
    if len(text) > LONGEST_QUERY:
        return f"The text has {len(text):,} characters; search for at most {LONGEST_QUERY:,}."
    if len(units) > MOST_UNITS:
        return f"The text has {len(units)} words and quoted phrases; search for at most {MOST_UNITS}."
    return None


def begun(text: str) -> str:
    """Return a query whose last word is a prefix, for a box that searches while somebody types."""
    if not text or text[-1].isspace() or text[-1] in '*＊"':
        return text
    return f'{text}"*' if text.count('"') % 2 else f"{text}*"


def _of_word(word: str) -> list[Unit]:
    """Return the units of a text between two blanks."""
    prefix = word.endswith(("*", "＊"))
    tokens = tokenize(word)
    groups: list[list[Token]] = []
    for token in tokens:
        last = groups[-1][-1] if groups else None
        if last is not None and (_one_run(last, token) or _joined(last, token, word)):
            groups[-1].append(token)
        else:
            groups.append([token])
    return [unit for index, group in enumerate(groups) for unit in _unit(group, prefix and index == len(groups) - 1)]


def _one_run(last: Token, token: Token) -> bool:
    return last.wide and token.wide and not last.closing


def _joined(last: Token, token: Token, word: str) -> bool:
    return not last.wide and not token.wide and word[last.end : token.start] in _JOINERS


def _unit(tokens: list[Token], prefix: bool) -> list[Unit]:
    """Return one unit of `tokens`, or none.

    A closing character is not needed if the query ends with a pair, and is a prefix if it stands alone: the run may go
    on in the text.
    """
    if not tokens:
        return []
    last = tokens[-1]
    texts = [token.text for token in tokens]
    wide = all(token.wide for token in tokens)
    if last.wide:
        alone = len(tokens) == 1 or tokens[-2].closing or not tokens[-2].wide
        return [Unit(tuple(texts), prefix=True, wide=wide)] if alone else [Unit(tuple(texts[:-1]), wide=wide)]
    if prefix:  # what the word alone would find is found too: robots* finds a robot
        texts[-1] = _shared_beginning(last.text, last.form) or last.form
    return [Unit(tuple(texts), prefix=prefix, wide=wide)]


def _shared_beginning(one: str, other: str) -> str:
    return "".join(pair[0] for pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
