"""Countries, their subdivisions, and languages, by code or by name in English or Chinese."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import langcodes
from babel import Locale

from store.imports.values.folding import folded, without_accents
from store.imports.values.texts import text_of
from store.values.localized import normalise_tag

_OTHER_NAMES = {
    "US": "USA|U.S.|U.S.A.|United States of America|America|美|美利坚合众国",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|英|英格兰|苏格兰",
    "CN": "PRC|P.R.C.|Mainland China|People's Republic of China|中国大陆|中华人民共和国|中|内地",
    "HK": "Hong Kong|香港|中国香港|香港特别行政区",
    "MO": "Macau|Macao|澳门|中国澳门|澳门特别行政区",
    "TW": "Taiwan|Chinese Taipei|台湾|中国台湾|台湾地区",
    "KR": "Korea|South Korea|Republic of Korea|韩|韩国|南韩",
    "KP": "North Korea|朝鲜",
    "RU": "Russia|Russian Federation|俄罗斯联邦|俄国",
    "AE": "UAE|U.A.E.|阿联酋",
    "NL": "Holland|荷兰王国",
    "CZ": "Czech Republic|Czechia|捷克共和国",
    "VN": "Vietnam|Viet Nam",
    "DE": "德|德意志联邦共和国",
    "JP": "日|日本国",
    "TR": "Turkey|Türkiye",
}
_WRITTEN_BEHIND_CITIES = ("US", "CA", "AU", "IN", "BR")
"""Countries whose addresses end in the name or code of a state or province."""
_HAVE_TERRITORIES = ("CN", "US", "FR", "NL", "NO", "FI")
_KIND = re.compile(r"( (Huizu|Zhuangzu|Uygur))? (Sheng|Shi|Zizhiqu|SAR)$")
"""Suffixes of China's provinces in the code list."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region with an ISO 3166-1 code."""

    code: str
    name: dict[str, str]


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A state or province with an ISO 3166-2 code, such as `US-CA`."""

    code: str
    name: str


@cache
def _countries() -> dict[str, str]:
    """Folded name or code to two-letter code."""
    import pycountry

    known: dict[str, str] = {}
    territories = {language: Locale(language).territories for language in ("en", "zh")}
    for country in pycountry.countries:
        names = [country.alpha_2, country.alpha_3, country.name]
        names += [getattr(country, key, "") for key in ("official_name", "common_name")]
        names += [territories[language].get(country.alpha_2, "") for language in territories]
        names += _OTHER_NAMES.get(country.alpha_2, "").split("|")
        for name in names:
            if name:
                known.setdefault(folded(name), country.alpha_2)
    return known


_OF_SEVERAL = {
    folded(name): countries
    for names, countries in {
        "Congo|刚果": "Congo - Brazzaville (CG) or Congo - Kinshasa (CD)",
        "Virgin Islands|维尔京群岛": "the British Virgin Islands (VG) or the U.S. Virgin Islands (VI)",
        "Saint Martin|St. Martin|圣马丁": "Saint Martin (MF) or Sint Maarten (SX)",
    }.items()
    for name in names.split("|")
}
"""Names of several countries."""


def check_country(text: str) -> None:
    """Raise ValueError for a name of several countries."""
    if (countries := _OF_SEVERAL.get(folded(text))) is not None:
        raise ValueError(f"may be {countries}; write its code")


@lru_cache(maxsize=2_000)
def find_country(text: str) -> Country | None:
    """Return the country that `text` names, by code (two or three letters) or name; None for anything else."""
    name = folded(text.removeprefix("iso:"))
    code = _countries().get(name)
    if code is None or name in _OF_SEVERAL:
        return None
    names = {language: str(Locale(language).territories.get(code, "")) for language in ("en", "zh")}
    return Country(code, {language: name for language, name in names.items() if name} or {"en": code})


def parse_country(value: object) -> Country:
    """As `find_country`; raises ValueError with the remedy."""
    country = find_country(text_of(value))
    if country is None:
        check_country(text_of(value))
        raise ValueError("is not a country; write an ISO 3166 code such as CN, or its English or Chinese name")
    return country


@cache
def _subdivisions(country_code: str) -> dict[str, Subdivision]:
    import pycountry

    known: dict[str, Subdivision] = {}
    for listed in pycountry.subdivisions.get(country_code=country_code) or ():  # type: ignore[no-untyped-call]
        name = _KIND.sub("", listed.name)
        subdivision = Subdivision(listed.code, name)
        for text in (listed.name, name, listed.code, listed.code.partition("-")[2]):
            known.setdefault(folded(text), subdivision)
            known.setdefault(folded(without_accents(text)), subdivision)
    return known


def find_subdivision(country_code: str, text: str) -> Subdivision | None:
    """Return the state or province of a country by name or code; None for anything else."""
    return _subdivisions(country_code).get(folded(text))


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of the last part of a written place: a country, or a state or province of one."""

    country: Country
    subdivision: Subdivision | None = None

    def __str__(self) -> str:
        name = self.country.name.get("en", self.country.code)
        return f"{self.subdivision.name}, {name}" if self.subdivision else name


def readings(text: str, country_code: str | None = None) -> list[Reading]:
    """Return what `text` may mean after a city's name, such as `CA`, `Georgia` or `Ontario`.

    Candidates are countries, and the states and provinces of countries that write them; with `country_code` those of
    that country first, and countries if it has none.
    """
    around = [country_code] if country_code else _WRITTEN_BEHIND_CITIES
    regions = [
        Reading(country, subdivision)
        for country in filter(None, map(find_country, around))
        if (subdivision := find_subdivision(country.code, text)) is not None
    ]
    if country_code and regions:
        return regions
    country = find_country(text)
    return [*([Reading(country)] if country else []), *regions]


def with_country(text: str, country_code: str) -> str:
    """Add the country to `text` if it ends in a state or province of that country: `Boston, MA`."""
    before, comma, last = text.rpartition(",")
    region = find_subdivision(country_code, last.strip()) if comma else None
    return f"{before.strip()}, {region.name}, {country_code}" if region and "," not in before else text


@cache
def territory_code(country_code: str) -> str | None:
    """Return the ISO 3166-2 code of a territory that has its own country code: `CN-HK` for `HK`."""
    import pycountry

    country = pycountry.countries.get(alpha_2=country_code)
    for parent in _HAVE_TERRITORIES:
        region = pycountry.subdivisions.get(code=f"{parent}-{country_code}")  # type: ignore[no-untyped-call]
        if country and region and folded(country.name).startswith(folded(_KIND.sub("", region.name))[:6]):
            return str(region.code)
    return None


@cache
def _languages() -> dict[str, str]:
    known: dict[str, str] = {}
    for locale in ("en", "zh"):
        for tag, name in Locale(locale).languages.items():
            known.setdefault(folded(name), tag.replace("_", "-"))
    return known | {"中文": "zh", "汉语": "zh", "普通话": "zh", "英文": "en", "日文": "ja", "法文": "fr", "德文": "de"}


def parse_language(value: object) -> str:
    """Parse a language from a BCP 47 tag or an English or Chinese name."""
    text = text_of(value)
    if (tag := _languages().get(folded(text))) is not None:
        return normalise_tag(tag)
    try:
        tag = normalise_tag(text)
        if langcodes.get(tag).is_valid():
            return tag
    except ValueError:
        pass
    raise ValueError("is not a language; write a tag such as zh or en, or its English or Chinese name")
