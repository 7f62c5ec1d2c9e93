"""Rows that aren't records: totals, and notes below or between the rows."""

import re
import unicodedata
from collections.abc import Mapping

from store.imports.values.amounts import parse_unit
from store.imports.values.texts import is_empty, text_of

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|总和|汇总|累计|本页合计|本页小计|总合计|平均|平均值|均值|合計|總計|小計"
    r"|(?:grand|sub|sub-|overall|sum|page|running)?\s*totals?|subtotals?|sums?|averages?|mean|summe|gesamt|insgesamt)"
    r"(?:\s*[(\[（].*[)\]）])?\s*[:：]?"
    r"|(?:sub-?\s?totals?|小计|小計)\s*(?:[:：–—-]|of|for)\s*\S.*"
    r"|\S{1,20}(?:小计|合计|总计|小計|合計|總計)"
)
_COUNTED = re.compile(
    r"(?:共|合计|总计|total:?)\s*[:：]?\s*\d[\d,]*\s*"
    r"(?:个|家|项|条|名|行|rows?|projects?|records?|items?)?\S{0,6}"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|数据来源|资料来源|来源|填表说明|制表人?|填表人|审核人?|单位|统计时间|截至"
    r"|notes?|source|sources|remarks?|disclaimer|as of|prepared by|exported (?:on|by|from)|generated (?:on|by))"
    r"\s*[\d.]*\s*(?:[:：]|[)）])",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*(?:%|万|亿|元|万元|亿元|个|家|项|k|m|bn|million|billion|[a-z]{3})*")
_LONGEST_TOTAL = 40
_LONGEST_NOTE = 1_000
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def why_passed_over(cells: Mapping[str, object]) -> str:
    """Say in a few words why a row isn't a record; empty for a record.

    A total is a row whose first cell says so and whose other cells hold figures, units or nothing. A note is a row with
    a single cell that begins like one, such as `注：` and `Source:`.
    """
    values = iter(cells.values())
    first = next((text_of(cell) for cell in values if not is_empty(cell)), "")
    if not first or len(first) > _LONGEST_NOTE:
        return ""
    plain = _BETWEEN_HAN.sub("", unicodedata.normalize("NFKC", first).casefold())
    is_total = len(plain) <= _LONGEST_TOTAL and (_TOTAL.fullmatch(plain) or _COUNTED.fullmatch(plain))
    if not is_total and not _NOTE.match(first):
        return ""
    others = [cell for cell in values if not is_empty(cell)]
    if is_total and all(_is_figure(cell) for cell in others):
        return f"is a total ({first}), not a record"
    return "is a note, not a record" if not others and not is_total else ""


def _is_figure(cell: object) -> bool:
    text = text_of(cell) if not isinstance(cell, list | dict) else ""
    plain = unicodedata.normalize("NFKC", text).casefold().lstrip("¥$€£").strip()
    return bool(_FIGURE.fullmatch(plain)) or parse_unit(plain) is not None
