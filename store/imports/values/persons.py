"""Persons in one cell: names, with titles in brackets."""

import re
from collections.abc import Iterator

from store.imports.values.lists import SEPARATORS, split, split_at_commas

_SEPARATORS = f"{SEPARATORS}/／&＆"
_AND = re.compile(r"(?<=[^\W\d_])\s+and\s+(?=[^\W\d_])|(?<=[\u4e00-\u9fff]{2})\s+(?=[\u4e00-\u9fff]{2})")
"""Separator of two names: the word, or blanks between Chinese names; 王 一 is one name."""
_AND_OTHERS = re.compile(r"(?:等\s*(?:\d+\s*人)?|,?\s*et al\.?)$")
_PERSON = re.compile(r"(?P<name>[^()（）\[\]【】]+?)\s*[(（\[【](?P<title>.+)[)）\]】]", re.DOTALL)
_OPEN, _CLOSED = "(（[【", ")）]】"
_TITLE = re.compile(
    r"(?:(?:co-?)?founder|ceo|cto|coo|cfo|cmo|cso|cio|chair(?:man|woman)?|president|(?:executive |managing )?director"
    r"|(?:assistant |associate )?professor|prof\.?|dr\.?|engineer|manager|head|partner|owner|advis[eo]r|scientist"
    r"|chief [a-z ]+|vice [a-z ]+|head of .+|director of .+"
    r"|创始人|联合创始人|董事长|总经理|总裁|副总裁|教授|副教授|研究员|博士|院士|首席.+|工程师|主任|经理|合伙人)",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")


def parse_persons(text: str, separators: str | None = None) -> list[str]:
    """Split `text` into persons, each as `Name` or `Name (title)`.

    Raises ValueError for what may be one person or two, such as `Lee, Ann`.
    """
    parts = split(text if separators else _AND.sub(";", text), separators or _SEPARATORS)
    pieces = parts if separators else [piece for part in parts for piece in _at_commas(part)]
    persons = [person for piece in _with_titles(pieces) for person in _bracketed(piece)]
    return [person for one in dict.fromkeys(persons) if (person := _AND_OTHERS.sub("", one).strip())]


def name_and_title(person: str) -> tuple[str, str]:
    """Return the name and the title, perhaps empty, of a person from `parse_persons`."""
    match = _PERSON.fullmatch(person)
    return (match["name"].strip(), match["title"].strip()) if match else (person, "")


def _at_commas(part: str) -> list[str]:
    """Split `part` at commas; raises ValueError for two single words, which may be one person."""
    pieces = split_at_commas(part)
    words = [piece for piece in pieces if _ONE_WORD.fullmatch(piece) and _LATIN_LETTER.match(piece)]
    if len(pieces) == len(words) == 2 and not _TITLE.fullmatch(pieces[1]):
        one = f"{pieces[1]} {pieces[0]}"
        raise ValueError(f"may be one person ({one}) or two; write the family name last, or separate persons by ;")
    return pieces


def _with_titles(pieces: list[str]) -> list[str]:
    """Attach a piece that is only a title, such as CEO or 总经理, to the person before it."""
    joined: list[str] = []
    for piece in map(str.strip, pieces):
        if joined and _TITLE.fullmatch(piece) and not joined[-1].endswith(tuple(_CLOSED)):
            joined[-1] = f"{joined[-1]} ({piece})"
        elif piece:
            joined.append(piece)
    return joined


def _bracketed(text: str) -> Iterator[str]:
    """Split `text` after each closed bracket: `Zhang San (CEO) Li Si (CTO)` names two."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSED:
            depth -= 1
            if depth == 0:
                yield text[start : position + 1].strip()
                start = position + 1
    if depth:
        raise ValueError("has unbalanced brackets; write persons as Name (title)")
    rest = text[start:].strip()
    if rest and start and not rest[0].isalnum():
        raise ValueError("has text after a bracket; write persons as Name (title), separated by ;")
    if rest:
        yield rest
