"""Rules for a row as a whole: required fields, ranges, currencies, order of dates."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from store.imports.kinds import Kind
from store.imports.kinds.field import Role
from store.imports.records.record import LOCATION_PARTS
from store.imports.values.amounts import AmountRange, VagueAmount

_SINGLE = ("raised", "amount", "stated_amount")
_SPANS = (("starts", "ends"), ("valid_from", "valid_to"))


def check_row(kind: Kind, values: dict[str, Any], note: Callable[[str, str], None]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, by field; amounts in two columns become ranges in `values`.

    `note` receives what is left open, by field.
    """
    for name in kind.required:
        given = any(values.get(part) for part in LOCATION_PARTS) if name == "place" else values.get(name)
        if not given:
            field = kind.field(name)
            further = ", or write 'undisclosed'" if field is not None and field.unnamed else ""
            yield name, f"is empty, but required for {kind.name}; fill it in{further}"
    for name in ("ask", "cheque"):
        lowest, highest = values.pop(f"{name}_min", None), values.pop(f"{name}_max", None)
        if lowest or highest:
            try:
                values[name] = _range(lowest, highest)
            except ValueError as error:
                yield f"{name}_max", str(error)
    for field in kind.fields:
        amount = values.get(field.name) if field.role is Role.AMOUNT else None
        if amount is None:
            continue
        if isinstance(amount, VagueAmount):
            if field.name in _SINGLE:
                del values[field.name]
                note(field.name, "a vague amount such as 数千万 is left open")
                continue
            note(field.name, "a vague amount such as 数千万 is read as a range")
        if amount.currency is None:
            message = "names no currency; write it in the cell, in the header, or as 'currency' in the mapping"
            yield field.name, message
        elif field.name in _SINGLE and amount.lowest != amount.highest:
            yield field.name, "is a range; write one amount"
    for begin, end in _SPANS:
        first, last = values.get(begin), values.get(end)
        if first and last and first.earliest and last.latest and last.latest < first.earliest:
            yield end, f"is before {begin} ({first}); correct one of them"


def _range(lowest: AmountRange | None, highest: AmountRange | None) -> AmountRange:
    currencies = {amount.currency for amount in (lowest, highest) if amount and amount.currency}
    if len(currencies) > 1:
        raise ValueError(f"is in another currency ({', '.join(sorted(currencies))}); give both in the same one")
    low: Decimal | None = lowest.lowest if lowest else None
    high = highest.highest if highest else None
    if low is not None and high is not None and high < low:
        raise ValueError("is below the lowest amount; correct one of them")
    return AmountRange(low, high, next(iter(currencies), None))
