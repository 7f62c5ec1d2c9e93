"""Types beside the entities: values, pages, ranges, enums."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schema.declarations.base import Argument
from schema.domain.shared.inputs.values import OBJECTS
from schema.types.type_names import Names, enum_of, enum_type, input_type, object_type, output_field
from store import enums

_VALUES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "Money": (
        "An exact amount in one currency.",
        [
            ("amount", "Decimal!", "The amount, in units of the currency."),
            ("currency", "CurrencyCode!", "Its currency."),
        ],
    ),
    "MoneyRange": (
        "A range of amounts in one currency; either end may be open.",
        [("minimum", "Money", "The least."), ("maximum", "Money", "The most.")],
    ),
    "PartialDate": (
        "A date known to some precision.",
        [
            ("text", "PartialDateText!", "The canonical text."),
            ("precision", "DatePrecision!", "How exactly it is known."),
            ("year", "Int", "The year alone; null if the source states none."),
            ("earliest", "Date", "The first day it may mean; null without a year."),
            ("latest", "Date", "The last day it may mean; null without a year."),
        ],
    ),
    "LocalizedText": (
        "A text and its language.",
        [("language", "LanguageTag!", "Its language."), ("text", "String!", "The text.")],
    ),
    "Degree": (
        "An academic degree.",
        [
            ("level", "String", "Such as doctor or master."),
            ("subject", "String", "Of what."),
            ("institution", "String", "Where."),
            ("year", "Int", "When."),
        ],
    ),
    "Advancement": (
        "The rule of advancement from a stage of a competition.",
        [
            ("scope", "String", "AREA, TRACK or GLOBAL: the group of comparison."),
            ("rule", "String", "The rule in words."),
            ("channels", "[String!]", "The channels of entry."),
            ("select_by", "String", "TRACK if each track selects its own."),
        ],
    ),
    "ClaimBreakdown": (
        "All parts of a published total in one dimension.",
        [("dimension", "String!", "The dimension of the breakdown."), ("parts", "[ClaimPart!]!", "The parts.")],
    ),
    "ClaimPart": (
        "A part of a published total.",
        [
            ("category", "String!", "Its category; UNSTATED for the difference to the total."),
            ("value", "Decimal", "The figure, in the unit of the claim of the total."),
            ("claim", "StatisticalClaim", "The claim that states it; null for UNSTATED."),
            ("computed", "Boolean!", "Whether it was computed instead of stated."),
        ],
    ),
    "PageInfo": (
        "Where a page begins and ends (Relay).",
        [
            ("has_next_page", "Boolean!", "Whether more rows follow; with `before`, true."),
            ("has_previous_page", "Boolean!", "Whether more rows precede; with `after`, true."),
            ("start_cursor", "String", "The first row's cursor; null for an empty page."),
            ("end_cursor", "String", "The last row's cursor; null for an empty page."),
        ],
    ),
}

_RANGE = "Minimum and maximum, in the unit of the field; either may be omitted."
_INPUTS: dict[str, tuple[str, list[Argument]]] = {
    **{
        f"{name}Range": (
            _RANGE,
            [
                Argument("at_least", name, "The minimum, inclusive, in the unit of the field.", None),
                Argument("at_most", name, "The maximum, inclusive, in the unit of the field.", None),
            ],
        )
        for name in ("Int", "Float", "Decimal", "DateTime")
    },
    "DateRange": (
        "A range of days; it includes a partial date that may lie in it.",
        [Argument("from_", "Date", "The first day.", None, "from"), Argument("to", "Date", "The last day.", None)],
    ),
    "MoneyFilter": (
        "A range of amounts in one currency. Amounts in other currencies are outside it; nothing is converted.",
        [
            Argument("currency", "CurrencyCode!", "The currency."),
            Argument("at_least", "Decimal", "The least, in units of the currency.", None),
            Argument("at_most", "Decimal", "The most, in units of the currency.", None),
        ],
    ),
    "IndustryFilter": (
        "Industries, with covered ones.",
        [
            Argument("concepts", "[ID!]!", "Concepts of any vocabulary."),
            Argument("narrower", "Boolean", "Also narrower concepts.", True),
            Argument("mapped", "Boolean", "Also concepts mapped as exact, close or narrower.", True),
        ],
    ),
}

_ENUMS: dict[str, tuple[str, dict[str, str]]] = {
    "OrderDirection": (
        "The direction of an order. Missing values come last in both.",
        {"ASC": "Smallest, earliest, A first.", "DESC": "Largest, latest, Z first."},
    ),
    "ProjectProperty": (
        "Properties that a project may state.",
        {
            "TRACK": "A track.",
            "INDUSTRY": "An industry.",
            "STAGE": "A funding stage.",
            "ORIGIN": "Where it comes from.",
            "TECHNOLOGY_LEVEL": "A level of technology.",
            "ASK": "How much it seeks.",
            "FOUNDED": "When it was founded.",
        },
    ),
}


def define_common(names: Names, members: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> None:
    """Define the enums, values and inputs that don't depend on any entity; `members` are plugins', by enum."""
    for kind in vars(enums).values():
        if isinstance(kind, type) and issubclass(kind, enums.Described) and kind is not enums.Described:
            enum_type(names, kind, more=members.get(kind.__name__, {}))
    for name, (description, values) in _ENUMS.items():
        enum_type(names, enum_of(name, description, values))
    for name, (description, fields) in _VALUES.items():
        declared = [output_field(names, field, reference, text) for field, reference, text in fields]
        object_type(names, name, description, declared)
    for name in OBJECTS:
        description, fields = _VALUES[name]
        given = [Argument(field, reference.rstrip("!"), text, None) for field, reference, text in fields]
        input_type(names, f"{name}Input", description, given)
    for name, (description, arguments) in _INPUTS.items():
        input_type(names, name, description, arguments)
