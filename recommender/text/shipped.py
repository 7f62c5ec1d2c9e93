"""The shipped texts, to be encoded beside a store's own."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.data import background, boilerplate, reference_names


def shipped_texts() -> Sequence[tuple[str, str]]:
    """Return texts with their languages: boilerplate, background, and the reference names in all languages."""
    of_languages = (boilerplate(), background())
    texts = [(text, tag) for part in of_languages for tag, items in part.items() for text in items]
    return [*texts, *((name, tag) for names in reference_names() for tag, name in names.items())]
