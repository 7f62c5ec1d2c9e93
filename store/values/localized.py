"""Multilingual text: a mapping from BCP 47 language tag to text, with a fallback list."""

from collections.abc import Mapping, Sequence

import langcodes
import langcodes.tag_parser

LocalizedText = dict[str, str]


def normalise_tag(tag: str) -> str:
    """Return the canonical form of a BCP 47 tag (`ZH_cn` becomes `zh-CN`).

    Raises ValueError with the remedy for what isn't a tag.
    """
    try:
        return langcodes.standardize_tag(tag.replace("_", "-"))
    except langcodes.tag_parser.LanguageTagError as error:
        raise ValueError(f"{tag!r} is not a language tag; give one such as en, zh or zh-Hant (BCP 47)") from error


def candidates(languages: Sequence[str]) -> list[str]:
    """List the tags to try in order: each one requested, then its shorter forms (`zh-Hant-TW`, `zh-Hant`, `zh`)."""
    tried: list[str] = []
    for language in languages:
        parts = language.split("-")
        for length in range(len(parts), 0, -1):
            tag = "-".join(parts[:length])
            if tag not in tried:
                tried.append(tag)
    return tried


def pick_with_tag(texts: Mapping[str, str] | None, languages: Sequence[str]) -> tuple[str, str] | None:
    """Return the first available (tag, text) in the order requested, else any other, by tag order."""
    if not texts:
        return None
    for tag in candidates(languages):
        if texts.get(tag):
            return tag, texts[tag]
    for tag in sorted(texts):
        if texts[tag]:
            return tag, texts[tag]
    return None


def pick(texts: Mapping[str, str] | None, languages: Sequence[str]) -> str | None:
    """Return the text in the first available of `languages`, else any other."""
    picked = pick_with_tag(texts, languages)
    return picked[1] if picked else None
