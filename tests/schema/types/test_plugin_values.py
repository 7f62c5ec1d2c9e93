"""What functions of plugins return for types of core: what docs/plugins/reference.md#values says is so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from roadshow import Money, PartialDate, enums
from tests.plugins.rooms import loaded, opened
from tests.plugins.support import a_query, plugin

VALUES: dict[str, tuple[str, str, Any, Any]] = {
    "amount": ("Decimal", "", Decimal("1.50"), "1.5"),
    "moment": ("DateTime", "", datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
    "day": ("Date", "", date(2026, 1, 2), "2026-01-02"),
    "stage": ("FundingStage", "", "SEED", "SEED"),
    "stages": ("[FundingStage!]", "", [enums.FundingStage.SEED], ["SEED"]),
    "price": ("Money", "{ amount currency }", Money(Decimal(5), "CNY"), {"amount": "5", "currency": "CNY"}),
    "cost": ("Money", "{ amount }", {"amount": Decimal(5), "currency": "CNY"}, {"amount": "5"}),
    "since": ("PartialDate", "{ text year }", PartialDate("2026-03"), {"text": "2026-03", "year": 2026}),
    "words": ("LocalizedText", "{ text }", {"language": "en", "text": "Hello"}, {"text": "Hello"}),
    "anything": ("JSON", "", {"a": [1]}, {"a": [1]}),
}


def test_each_value_is_given_as_its_type_says(shared_directory: Path) -> None:
    queries = [
        a_query(name, type, resolve=lambda context, value=value: value) for name, (type, _, value, _) in VALUES.items()
    ]
    asked = " ".join(f"{name} {parts}" for name, (_, parts, _, _) in VALUES.items())
    with (
        loaded(plugin("values", {"register_queries": queries})) as made,
        opened(*made, "sqlite", shared_directory) as rooms,
    ):
        given = {name: rooms.change(f"{{ {name} {parts} }}") for name, (_, parts, _, _) in VALUES.items()}
    assert given == {name: told for name, (_, _, _, told) in VALUES.items()}, asked


@pytest.mark.parametrize("by", ["id", "row"])
def test_a_record_is_given_by_its_id_and_read_by_core_s_rules(shared_directory: Path, by: str) -> None:
    from roadshow import models

    def first(context: Any) -> Any:
        project = context.session.query(models.Project).filter_by(status="DRAFT").first()
        return project.id if by == "id" else project

    with (
        loaded(plugin("values", {"register_queries": [a_query("draft", "Project", resolve=first)]})) as made,
        opened(*made, "sqlite", shared_directory) as rooms,
    ):
        assert rooms.change("{ draft { id } }") == {"id": rooms.samples["draft"]}
        assert rooms.ask("{ draft { id } }")["draft"] is None
