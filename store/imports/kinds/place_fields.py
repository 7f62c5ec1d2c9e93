"""Fields that name places."""

from store.imports.kinds.column import Column
from store.imports.kinds.field import Field, Reader, Role, at_most, headers_of
from store.imports.kinds.fields import list_of
from store.imports.values.countries import parse_country, with_country


def country_code(name: str, headers: str = "") -> Field:
    """Return a country, stored as its two-letter code."""
    return Field(
        name, Role.COLUMN, headers_of(headers), lambda cell, column: parse_country(cell).code, description="country"
    )


def location() -> tuple[Field, ...]:
    """Return the parts of a place, as far as the file has them."""
    names = {
        "place": "location|where|所在地|地点|地区|所在地区|来源地",
        "country": "country code|nation|国家|所在国家|国别|国家地区",
        "region": "state|province|省|省份|州|所在省|省州",
        "city": "town|城市|所在城市|市",
    }
    return tuple(
        Field(name, Role.LOCATION, headers_of(headers), _LOCATION_READERS.get(name, at_most(300)), description=kind)
        for (name, headers), kind in zip(
            names.items(), ("place: key, code or name", "country", "state or province", "city"), strict=True
        )
    )


def _country(cell: object, column: Column) -> str:
    return parse_country(cell).code


def _place(cell: object, column: Column) -> str:
    """Read a place's text; a state code at its end gets the mapping's country."""
    written: str = at_most(300)(cell, column)
    return with_country(written, column.country) if column.country else written


_LOCATION_READERS: dict[str, Reader] = {"country": _country, "place": _place}


def places(name: str, headers: str = "") -> Field:
    """Links to places, each by key, code or name."""

    def read(cell: object, column: Column) -> list[str]:
        items = list_of(cell, column)
        return [with_country(item, column.country) for item in items] if column.country else items

    return Field(name, Role.PLACES, headers_of(headers), read, description="list of places")
