"""Types that stand beside the entities: values, pages, ranges, enums."""

from __future__ import annotations

from schema.declarations.base import Argument
from schema.types.type_names import Names, enum_of, enum_type, input_type, object_type, output_field
from store import enums

_VALUES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "Money": (
        "An exact amount in one currency.",
        [("amount", "String!", "The amount as plain decimal digits."), ("currency", "CurrencyCode!", "Its currency.")],
    ),
    "MoneyRange": (
        "A range of amounts in one currency; either end may be open.",
        [("minimum", "Money", "The least."), ("maximum", "Money", "The most.")],
    ),
    "PartialDate": (
        "A date known to some precision.",
        [
            ("text", "PartialDateText!", "As it is kept."),
            ("precision", "DatePrecision!", "How exactly it is known."),
            ("year", "Int", "Null where the source states none."),
            ("earliest", "Date", "The first day that it may mean; null without a year."),
            ("latest", "Date", "The last day that it may mean; null without a year."),
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
        "How one advances from a stage of a competition.",
        [
            ("scope", "String", "AREA, TRACK or GLOBAL: among whom one is compared."),
            ("rule", "String", "How one advances, in words."),
            ("channels", "[String!]", "Through which channels one comes in."),
            ("select_by", "String", "TRACK where each track selects its own."),
        ],
    ),
    "ClaimBreakdown": (
        "All parts of a published total in one dimension.",
        [("dimension", "String!", "What it is broken down by."), ("parts", "[ClaimPart!]!", "The parts.")],
    ),
    "ClaimPart": (
        "A part of a published total.",
        [
            ("category", "String!", "Its category; UNSTATED for what the other parts don't add up to."),
            ("value", "Decimal", "The figure, in the unit of the claim of the total."),
            ("claim", "StatisticalClaim", "The claim that states it; null for UNSTATED."),
            ("computed", "Boolean!", "Whether it was computed and not stated."),
        ],
    ),
    "PageInfo": (
        "Where a page begins and ends (Relay).",
        [
            ("has_next_page", "Boolean!", "Whether there is more behind it; with `before`, true."),
            ("has_previous_page", "Boolean!", "Whether there is more before it; with `after`, true."),
            ("start_cursor", "String", "The first row's cursor; null for an empty page."),
            ("end_cursor", "String", "The last row's cursor; null for an empty page."),
        ],
    ),
}

_RANGE = "At least and at most; either may be left out."
_INPUTS: dict[str, tuple[str, list[Argument]]] = {
    **{
        f"{name}Range": (
            _RANGE,
            [
                Argument("at_least", name, "The least, included.", None),
                Argument("at_most", name, "The most, included.", None),
            ],
        )
        for name in ("Int", "Float", "DateTime")
    },
    "DateRange": (
        "Days from and to; a partial date is in it if it may be.",
        [Argument("from_", "Date", "The first day.", None, "from"), Argument("to", "Date", "The last day.", None)],
    ),
    "MoneyFilter": (
        "A range of amounts in one currency. Amounts in other currencies are not converted: they are not in it.",
        [
            Argument("currency", "CurrencyCode!", "The currency."),
            Argument("at_least", "Decimal", "The least.", None),
            Argument("at_most", "Decimal", "The most.", None),
        ],
    ),
    "IndustryFilter": (
        "Industries, with what they cover.",
        [
            Argument("concepts", "[ID!]!", "Concepts of any vocabulary."),
            Argument("narrower", "Boolean", "Also narrower concepts.", True),
            Argument("mapped", "Boolean", "Also what crosswalks say is the same, nearly so, or narrower.", True),
        ],
    ),
}

_ENUMS: dict[str, tuple[str, dict[str, str]]] = {
    "OrderDirection": (
        "Which way a list is ordered. What isn't stated comes last in both.",
        {"ASC": "Smallest, earliest, A first.", "DESC": "Largest, latest, Z first."},
    ),
    "ProjectProperty": (
        "What a project may or may not state.",
        {
            "TRACK": "A track.",
            "INDUSTRY": "An industry.",
            "STAGE": "A stage of financing.",
            "ORIGIN": "Where it comes from.",
            "TECHNOLOGY_LEVEL": "A level of technology.",
            "ASK": "How much it looks for.",
            "FOUNDED": "When it was founded.",
        },
    ),
}


def define_common(names: Names) -> None:
    """Define the enums, values and inputs that don't depend on any entity."""
    for kind in vars(enums).values():
        if isinstance(kind, type) and issubclass(kind, enums.Described) and kind is not enums.Described:
            enum_type(names, kind)
    for name, (description, values) in _ENUMS.items():
        enum_type(names, enum_of(name, description, values))
    for name, (description, fields) in _VALUES.items():
        made = [output_field(names, field, reference, text) for field, reference, text in fields]
        object_type(names, name, description, made)
    for name, (description, arguments) in _INPUTS.items():
        input_type(names, name, description, arguments)
