"""One cell: its text, its meaning by the mapping, and the items of a list."""

from collections.abc import Callable, Mapping

from store.imports.kinds.column import Column
from store.imports.kinds.field import Field, Role
from store.imports.readers.sheet import FormulaError
from store.imports.values.folding import folded
from store.imports.values.lists import SEPARATORS, parse_list, split_at_commas
from store.imports.values.persons import parse_persons
from store.imports.values.texts import is_empty, text_of
from store.values.localized import normalise_tag

LISTS = (
    Role.LIST, Role.LOCALIZED_LIST, Role.CONCEPTS, Role.TRACKS, Role.PLACES, Role.PEOPLE, Role.ORGANISATIONS,
    Role.AWARDS,
)  # fmt: skip
Knows = Callable[[str | None, str], bool]
"""Whether a scheme, by key, has a label."""
NAMIBIA = "NA"
_COMPOUND = (list, tuple, dict, bytes)
_LIMITING = (Role.LIST, Role.CONCEPTS, Role.TRACKS, Role.PLACES)
_UNLIMITED = frozenset(
    map(
        folded,
        ("不限", "不限制", "无限制", "均可", "皆可", "全部", "全行业", "无", "any", "all", "unlimited", "agnostic"),
    )
) | frozenset(f"{what}agnostic" for what in ("sector", "industry", "stage"))
"""What a list says that names nothing, such as an investor's industries."""
_PARTED_AT_COMMAS = (Role.LIST, Role.CONCEPTS, Role.TRACKS, Role.AWARDS)


def plain_cell(cell: object) -> object:
    """Return `cell` with bytes decoded; raises ValueError for what no field takes."""
    if isinstance(cell, FormulaError):
        raise ValueError("is a failed formula; correct it in the spreadsheet")
    if isinstance(cell, str) and "\0" in cell:
        raise ValueError("holds a NUL character, which no database stores; remove it")
    if not isinstance(cell, bytes):
        return cell
    try:
        return cell.decode()
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8; write the column as text") from None


def says_nothing(cell: object, field: Field) -> bool:
    """Return whether a cell is empty; a name may be the word `null`, and a country the code `NA`; `不限` is no list.

    Raises ValueError for `NA` in a column of places of any kind: empty, or Namibia.
    """
    if isinstance(cell, str) and cell.strip() == NAMIBIA:
        if field.description == "country":
            return False
        if field.name == "place" or field.role is Role.PLACES:
            raise ValueError("may be Namibia or say nothing; write Namibia, or leave the cell empty")
    if field.role in _LIMITING and isinstance(cell, str) and folded(cell) in _UNLIMITED:
        return True
    return is_empty(cell, name=field.role in (Role.ID, Role.LOCALIZED, Role.REFERENCE))


def items_of(cell: object, column: Column, field: Field, knows: Knows) -> tuple[list[str], bool]:
    """Return the items of a list's cell, and whether commas separate them without a separator in the mapping.

    Raises ValueError for a list that holds more than texts, and for what may be one item or several.
    """
    if isinstance(cell, list | tuple):
        if any(isinstance(item, _COMPOUND) for item in cell):
            raise ValueError("is a list with lists or objects in it; give a list of texts")
        return parse_list(cell), False
    text = text_of(cell)
    if field.role is Role.PEOPLE and not text.startswith("["):
        return parse_persons(text, column.separators), False
    items = parse_list(text, column.separators, place=field.role is Role.PLACES)
    if column.separators or text.startswith("[") or "," not in text:
        return items, False
    if field.role in _PARTED_AT_COMMAS:
        whole = field.role is Role.CONCEPTS
        parted = [
            piece
            for item in items
            for piece in ([item] if whole and knows(column.scheme, item) else split_at_commas(item))
        ]
        return list(dict.fromkeys(parted)), len(parted) > len(items)
    if field.role is Role.ORGANISATIONS and any(len(split_at_commas(item)) > 1 for item in items):
        raise ValueError(
            "may be one organisation or several; separate them by ;, or name the column's 'separator' in the mapping "
            f"file ({SEPARATORS[0]} if each cell is one)"
        )
    return items, False


def by_language(cell: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of an object such as `{"en": "Dalian", "zh": "大连"}`."""
    if not all(isinstance(text, str | None) for text in cell.values()):
        raise ValueError('is not a text by language; write an object such as {"en": "Dalian", "zh": "大连"}')
    return {normalise_tag(str(tag)): text_of(text) for tag, text in cell.items() if not is_empty(text, name=True)}


def mapped(cell: object, meanings: Mapping[str, object]) -> object:
    """Return the mapping's meaning of a cell, or of each item of a list."""
    if isinstance(cell, list):
        meant = [meanings.get(folded(item), item) for item in cell]
        return [item for item in meant if not is_empty(item)]
    return meanings.get(folded(text_of(cell)), cell)
