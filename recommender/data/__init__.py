"""Shipped texts: fictional and generic, written for this purpose.

- ``boilerplate.<language>.txt``: sentences that say nothing about a field; they lower a passage's weight.
- ``reference_names.txt``: names of general fields, ``English | Chinese``; the reference for contrast.
- ``background.<language>.txt``: short descriptions of fictional companies; the mean and deviation of a query's scores.
- ``everyday_words.txt``: words that say nothing about a field, such as "company" and 我们.

Each line is one text.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

LANGUAGES = ("en", "zh")


@lru_cache(maxsize=1)
def boilerplate() -> Mapping[str, tuple[str, ...]]:
    """Sentences of boilerplate by language: offices, teams, prizes, fund-raising, contacts, places."""
    return MappingProxyType({language: _lines(f"boilerplate.{language}.txt") for language in LANGUAGES})


@lru_cache(maxsize=1)
def background() -> Mapping[str, tuple[str, ...]]:
    """Short texts of all fields by language, in the genre of a project's summary."""
    return MappingProxyType({language: _lines(f"background.{language}.txt") for language in LANGUAGES})


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """Words in lower case that say nothing about a field."""
    return frozenset(_lines("everyday_words.txt"))


@lru_cache(maxsize=1)
def reference_names() -> tuple[Mapping[str, str], ...]:
    """Return names of general fields; each maps a language to the name."""
    return tuple(
        MappingProxyType(dict(zip(LANGUAGES, line.split(" | "), strict=True))) for line in _lines("reference_names.txt")
    )


def shipped_texts() -> Sequence[tuple[str, str]]:
    """Return what is encoded beside a store's own texts, with languages: boilerplate, background, reference names."""
    of_languages = (boilerplate(), background())
    texts = [(text, tag) for part in of_languages for tag, items in part.items() for text in items]
    return [*texts, *((name, tag) for names in reference_names() for tag, name in names.items())]


def _lines(name: str) -> tuple[str, ...]:
    text = files(__name__).joinpath(name).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line)
