"""The language that the script of a text suggests."""

import re

_BY_SCRIPT = (
    ("ja", r"\u3040-\u30ff\u31f0-\u31ff"),
    ("ko", r"\uac00-\ud7af\u1100-\u11ff\u3130-\u318f"),
    ("zh", r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"),
    ("uk", r"іїєґІЇЄҐ"),
    ("ru", r"\u0400-\u052f"),
    ("ar", r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe"),
    ("he", r"\u0590-\u05ff"),
    ("th", r"\u0e00-\u0e7f"),
    ("el", r"\u0370-\u03ff\u1f00-\u1fff"),
    ("hi", r"\u0900-\u097f"),
    ("bn", r"\u0980-\u09ff"),
    ("pa", r"\u0a00-\u0a7f"),
    ("gu", r"\u0a80-\u0aff"),
    ("ta", r"\u0b80-\u0bff"),
    ("te", r"\u0c00-\u0c7f"),
    ("kn", r"\u0c80-\u0cff"),
    ("ml", r"\u0d00-\u0d7f"),
    ("si", r"\u0d80-\u0dff"),
    ("lo", r"\u0e80-\u0eff"),
    ("bo", r"\u0f00-\u0fff"),
    ("my", r"\u1000-\u109f"),
    ("ka", r"\u10a0-\u10ff"),
    ("am", r"\u1200-\u137f"),
    ("km", r"\u1780-\u17ff"),
    ("mn", r"\u1800-\u18af"),
    ("hy", r"\u0530-\u058f"),
)
_PATTERNS = tuple((language, re.compile(f"[{characters}]")) for language, characters in _BY_SCRIPT)
_SHARED = {
    "zh": ("ja", "ko", "yue", "lzh", "wuu", "nan", "hak"),
    "ru": ("uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "uz", "tt"),
    "ar": ("fa", "ur", "ps", "ku", "ug", "sd"),
    "hi": ("mr", "ne", "sa"),
    "bn": ("as",),
    "he": ("yi",),
}
"""Other languages of a script."""
_NOT_LATIN = {language for language, _ in _BY_SCRIPT} | {tag for tags in _SHARED.values() for tag in tags}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a]")


def language_of(text: str) -> str:
    """Return the language suggested by the script of `text`: `en` for Latin letters, `und` for an unknown script.

    The first script of the table that occurs decides, because Japanese texts hold Han characters too.
    """
    if text.isascii():
        return "en"
    for language, pattern in _PATTERNS:
        if pattern.search(text):
            return language
    return "en" if _LATIN.search(text) or not any(character.isalpha() for character in text) else "und"


def language_in(text: str, stated: str | None) -> str:
    """Return the `stated` language if the script fits it, else the language of the script."""
    by_script = language_of(text)
    if not stated:
        return by_script
    base = stated.split("-")[0]
    fits = base not in _NOT_LATIN if by_script == "en" else base == by_script or base in _SHARED.get(by_script, ())
    return stated if fits or by_script == "und" else by_script
