"""Tables for spreadsheet programs: no text becomes a formula, and numbers stay numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.values.spreadsheets import BYTE_ORDER_MARK, csv_text, harmless


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1",
     "＝1+1", "＋1+1", "－2", "＠x",
     "-cmd|' /C calc'!A0", "+86 10 1234"],
)  # fmt: skip
def test_a_formula_becomes_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a", "=", "-", "+", "-5", "+1.5", "-1e5", 5, -5, None, True, "a=b", "1-1"])
def test_what_is_no_formula_stays_as_it_is(cell: object) -> None:
    assert harmless(cell) == cell


@given(st.lists(st.lists(st.text(max_size=8) | st.integers(), min_size=2, max_size=2), max_size=5))
def test_no_cell_of_a_table_begins_a_formula(rows: list[list[object]]) -> None:
    text = csv_text(["a", "b"], rows)
    assert text.startswith(BYTE_ORDER_MARK)
    for line in csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")):
        for cell in line:
            assert cell[:1] not in tuple("=+-@\t\r") or len(cell) == 1 or float(cell) is not None
