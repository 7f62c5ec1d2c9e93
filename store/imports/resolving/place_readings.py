"""Resolves an ambiguous last part of a written place: CA is Canada or California."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from store.imports.resolving.place_index import PlaceIndex
from store.imports.values.countries import Reading, find_subdivision
from store.imports.values.folding import folded, without_accents


def meant(readings: list[Reading], before: Sequence[str], index: PlaceIndex) -> Reading:
    """Return the one reading consistent with the parts `before` it, as in `Toronto, ON, CA`.

    A city speaks for a country if the store or the list of time zones knows it there and in no other of the readings.
    Raises ValueError if several readings remain.
    """
    left = readings
    if len(left) > 1 and len(before) == 2:
        left = [one for one in left if not one.subdivision and find_subdivision(one.country.code, before[1])] or left
    if len(left) > 1:
        codes = {index.country_code(identifier) for identifier in index.named(before[0])}
        codes |= _cities().get(folded(without_accents(before[0])), set())
        left = [one for one in left if one.country.code in codes] or left
    if len(left) == 1:
        return left[0]
    said = " or ".join(map(str, left))
    example = next((one for one in left if one.subdivision), left[0])
    raise ValueError(
        f"may lie in {said}; write the name in full ({before[0]}, {example}), or state in the mapping file which "
        f"country the column's codes belong to (country: {example.country.code})"
    )


@cache
def _cities() -> dict[str, set[str]]:
    """Return the country codes of cities that have time zones, by folded name."""
    known: dict[str, set[str]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            known.setdefault(folded(zone.rpartition("/")[2].replace("_", " ")), set()).add(country)
    return known
