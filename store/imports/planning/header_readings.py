"""Readings of a header: its name, the language of its texts, the unit of its amounts."""

import re
import unicodedata
from collections.abc import Iterable

from store.imports.values.amounts import Unit, parse_unit

_LANGUAGES = {
    "en": "en|english|英文|英语|英",
    "zh": "zh|cn|chinese|中文|汉语|中",
    "ja": "ja|japanese|日文|日语",
    "ko": "ko|korean|韩文|韩语",
    "de": "de|german|德文|德语",
    "fr": "fr|french|法文|法语",
    "ru": "ru|russian|俄文|俄语",
    "es": "es|spanish|西班牙文",
}
_LANGUAGE_OF = {name: tag for tag, names in _LANGUAGES.items() for name in names.split("|")}
_HINT = re.compile(r"^(?P<name>.*?)\s*[(\[【（](?P<hint>[^)\]】）]*)[)\]】）]\s*\*?$")
_SUFFIX = re.compile(r"^(?P<name>.+?)[_\-. :](?P<language>[a-z]{2}|english|chinese)$")
_PREFIX = re.compile(r"^(?P<language>英文|中文|日文|韩文|德文|法文|俄文|english |chinese )(?P<name>.+)$")


_HAN = "\u3400-\u9fff"
_BILINGUAL = re.compile(
    rf"^(?P<one>[^a-z]*[{_HAN}][^a-z]*?)[\s/|,:;·–—-]*(?P<other>[a-z][^{_HAN}]*)$"
    rf"|^(?P<first>[a-z][^{_HAN}]*?)[\s/|,:;·–—-]*(?P<second>[{_HAN}][^a-z]*)$"
)


def fold_header(header: str) -> str:
    """Normalise width and case of a header."""
    return unicodedata.normalize("NFKC", header).casefold().strip()


def readings_of(header: str) -> Iterable[tuple[str, str | None, Unit | None]]:
    """Return the readings of `header`: whole, without brackets, and without a language's name."""
    plain = fold_header(header).rstrip("*:： ").strip()
    yield plain, None, None
    name, language, unit = hints_of(header)
    if name != plain or language:
        yield name, language, unit


def hints_of(header: str) -> tuple[str, str | None, Unit | None]:
    """Return name, language and unit of a header such as `融资额（万元）`, `name_en` or `英文名称`."""
    name = fold_header(header).rstrip("*:： ").strip()
    language: str | None = None
    unit: Unit | None = None
    if match := _HINT.match(name):
        name = match["name"]
        hint = match["hint"].strip()
        language = _LANGUAGE_OF.get(hint)
        unit = None if language else parse_unit(hint) if hint else None
    for pattern in (_SUFFIX, _PREFIX):
        if (match := pattern.match(name)) and (tag := _LANGUAGE_OF.get(match["language"].strip())):
            return match["name"], tag, unit
    return name, language, unit


def halves_of(header: str) -> tuple[str, ...]:
    """Return the Chinese and the English half of a header in both, such as `项目名称 Project Name`; else nothing."""
    name, _, _ = hints_of(header)
    match = _BILINGUAL.match(name)
    return () if match is None else tuple(half.strip() for half in match.groups() if half)
