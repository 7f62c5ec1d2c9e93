"""What the rooms call on the host while it runs."""

from __future__ import annotations

import copy
import json
import pickle
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import column

from plugins.host.calls.isolation import CallRecord
from plugins.host.calls.restricted_actor import SubjectId
from plugins.host.contributions.contributions import Argument, Importer, OperationRule, RowRule
from plugins.host.errors import PluginFailedError, PluginRestingError
from plugins.host.host import Host
from plugins.host.states import State
from tests.plugins.support import a_field, a_query, core, plugin


def failing(*_: Any, **__: Any) -> Any:
    raise RuntimeError("out of ink")


def with_field(resolve: Any, **options: Any) -> Host:
    return Host.load(plugins=[plugin("alpha", {"register_fields": [a_field(resolve=resolve, **options)]})])


def test_a_field_is_resolved_for_all_parents_at_once_with_python_names() -> None:
    seen: list[Any] = []

    def resolve(parents: Any, context: Any, landing_place: str) -> list[str]:
        seen.append((parents, context, landing_place))
        return [f"{parent}:{landing_place}" for parent in parents]

    host = with_field(resolve, arguments=[Argument(name="landingPlace", type="String!", description="Where.")])
    values = host.resolve(host.contributions.fields[0], ["a", "b"], "context", {"landingPlace": "Dalian"})
    assert values == ["a:Dalian", "b:Dalian"]
    assert seen == [(["a", "b"], "context", "Dalian")]


def test_an_answer_of_another_length_is_a_failure() -> None:
    host = with_field(lambda parents, context: ["only one"])
    with pytest.raises(PluginFailedError):
        host.resolve(host.contributions.fields[0], ["a", "b"], None, {})
    failure = host.state("alpha").last_failure
    assert failure is not None
    assert "returned 1 values for 2 parents" in failure.message


def test_a_field_that_keeps_failing_rests_and_the_state_says_so() -> None:
    host = Host.load(
        {"host": {"failure_threshold": 2}},
        plugins=[plugin("alpha", {"register_fields": [a_field(resolve=failing), a_field("fine")]})],
    )
    bad, good = host.contributions.fields
    for _ in range(2):
        with pytest.raises(PluginFailedError):
            host.resolve(bad, ["a"], None, {})
    with pytest.raises(PluginRestingError):
        host.resolve(bad, ["a"], None, {})
    assert host.state("alpha").state is State.RESTING
    assert host.state("alpha").resting == ("field Project.sketch",)
    assert host.state("alpha").failures == 2
    assert host.resolve(good, ["a"], None, {}) == [None]


def test_a_default_stands_in_for_a_failure() -> None:
    host = with_field(failing)
    assert host.call(host.contributions.fields[0], failing, default=0) == 0


def test_core_is_called_directly_and_its_errors_are_its_own() -> None:
    host = Host.load(core=[core(("register_fields", [a_field(resolve=failing)]))], plugins=[])
    with pytest.raises(RuntimeError, match="out of ink"):
        host.resolve(host.contributions.fields[0], ["a"], None, {})


def test_observers_hear_every_call() -> None:
    host = with_field(lambda parents, context: parents)
    heard: list[CallRecord] = []
    host.observe(heard.append)
    host.resolve(host.contributions.fields[0], ["a"], None, {})
    assert [(record.point, record.outcome) for record in heard] == [("field Project.sketch", "ok")]
    assert host.recent_calls()[-1] == heard[0]


def test_a_format_that_fails_says_so_to_who_imports(tmp_path: Path) -> None:
    def read(path: Path) -> Iterator[dict[str, str]]:
        yield {"name": "Lamp"}
        raise ValueError("line 2 has no bar")

    importer = Importer(name="bars", description="Bars.", suffixes=(), read=read)
    host = Host.load(plugins=[plugin("alpha", {"register_importers": [importer]})])
    rows = host.rows(host.contributions.importers[0], tmp_path / "list.bars")
    assert next(rows) == {"name": "Lamp"}
    with pytest.raises(PluginFailedError, match=r"'alpha'.*list\.bars failed: ValueError: line 2 has no bar"):
        next(rows)
    assert host.state("alpha").failures == 1


def rules(*given: Any) -> Host:
    hooks = {"register_permission_rules": list(given)}
    return Host.load(plugins=[plugin("alpha", hooks, permissions=("permission_rules",))])


def test_row_rules_of_a_type_are_all_asked_and_a_failing_one_denies() -> None:
    host = rules(
        RowRule(on="Project", condition=lambda actor, model: (actor, model), description="Its own."),
        RowRule(on="Project", condition=failing, description="Broken."),
        RowRule(on="Place", condition=failing, description="Of another type."),
    )
    assert host.row_conditions("Project", "actor", "model", "denied") == [("actor", "model"), "denied"]
    assert host.row_conditions("Investor", "actor", "model", "denied") == []


def test_a_rule_by_role_gets_a_role_and_nothing_else() -> None:
    host = rules(
        RowRule(on="Project", condition=lambda actor, model: actor.role, description="By role.", by_role=True),
        RowRule(on="Project", condition=lambda actor, model: actor.id, description="By more.", by_role=True),
    )
    actor = SimpleNamespace(role="JURY", id="key_1")
    assert host.row_conditions("Project", actor, "model", "denied") == ["JURY", "denied"]
    assert host.denials == 1


@pytest.mark.parametrize(
    "told",
    [
        lambda subject: subject == "inv_1", lambda subject: subject != "inv_1", lambda subject: subject in {"inv_1"},
        lambda subject: subject in ["inv_1"], lambda subject: {"inv_1": 1}.get(subject), lambda subject: hash(subject),
        lambda subject: str(subject), lambda subject: f"{subject}", lambda subject: ", ".join([subject]),
        lambda subject: subject.startswith("inv_"), lambda subject: column("id").in_([subject]),
        lambda subject: subject < "inv_2", lambda subject: subject + "x",
        lambda subject: copy.copy(subject), lambda subject: pickle.dumps(subject), lambda subject: len(subject),
        lambda subject: re.match("inv", subject), lambda subject: json.dumps(subject), lambda subject: subject[0],
    ],
)  # fmt: skip
def test_a_rule_by_subject_can_not_tell_whose_id_it_is(told: Any) -> None:
    """What followed from it in Python would hold for whoever asks next."""
    host = rules(
        RowRule(on="Project", description="Tells.", by_subject=True, condition=lambda actor, _: told(actor.subject_id))
    )
    for subject in ("inv_1", "inv_2"):
        actor = SimpleNamespace(role="JURY", id="key_1", subject_id=subject)
        assert host.row_conditions("Project", actor, "model", "denied") == ["denied"]
        assert "inv" not in repr(SubjectId(subject))


def test_a_rule_by_subject_compares_it_in_sql() -> None:
    conditions: list[Any] = [
        lambda actor, row: row == actor.subject_id, lambda actor, row: actor.subject_id != row,
        lambda actor, _: actor.subject_id is not None, lambda actor, _: actor.id,
    ]  # fmt: skip
    host = rules(*(RowRule(on="Project", description="One.", by_subject=True, condition=each) for each in conditions))
    actor = SimpleNamespace(role="JURY", id="key_1", subject_id="inv_1")
    *made, there, more = host.row_conditions("Project", actor, column("owner"), "denied")
    assert (there, more) == (True, "denied")
    assert [str(each) for each in made] == ["owner = :param_1", ":param_1 != owner"]
    assert [list(each.compile().params.values()) for each in made] == [["inv_1"]] * 2
    actor.subject_id = None
    made = host.row_conditions("Project", actor, column("owner"), "denied")
    assert [str(each) for each in made] == ["owner IS NULL", "owner IS NOT NULL", "False", "denied"]


def test_a_rule_is_by_role_or_by_subject() -> None:
    with pytest.raises(ValueError, match="by_subject alone"):
        RowRule(on="Project", description="Both.", by_subject=True, by_role=True, condition=lambda actor, _: True)


def test_an_operation_rule_allows_or_says_why_not() -> None:
    def allows(actor: str, arguments: Any) -> bool | str:
        return actor == "jury" or "Only the jury may draw."

    host = rules(OperationRule(mutation="draw", allows=allows, description="The jury's."))
    assert host.operation_refusal("draw", "jury", {}) is None
    assert host.operation_refusal("draw", "guest", {}) == "Only the jury may draw."
    assert host.operation_refusal("erase", "guest", {}) is None


@pytest.mark.parametrize("answer", [False, None, "", 0, 1])
def test_only_true_allows(answer: Any) -> None:
    host = rules(OperationRule(mutation="draw", allows=lambda actor, arguments: answer, description="Nobody draws."))
    assert host.operation_refusal("draw", "guest", {}) == "Nobody draws."


def test_an_operation_rule_that_fails_refuses() -> None:
    host = rules(OperationRule(mutation="draw", allows=failing, description="Broken."))
    assert "'alpha'" in (host.operation_refusal("draw", "guest", {}) or "")


def test_a_plugin_gets_a_context_of_its_own_opened_and_closed_in_its_thread() -> None:
    events: list[tuple[str, bool]] = []
    here = threading.get_ident()

    class Context:
        @contextmanager
        def own(self) -> Iterator[str]:
            events.append(("opened", threading.get_ident() != here))
            yield "own"
            events.append(("closed", threading.get_ident() != here))

    query = a_query(resolve=lambda context, place_id: (context, place_id))
    host = Host.load(
        plugins=[
            plugin(
                "alpha",
                {"register_queries": [query], "register_fields": [a_field(resolve=lambda parents, context: [context])]},
            )
        ]
    )
    assert host.answer(host.contributions.queries[0], Context(), {"placeId": "plc_1"}) == ("own", "plc_1")
    assert host.resolve(host.contributions.fields[0], ["a"], Context(), {}) == ["own"]
    assert events == [("opened", True), ("closed", True)] * 2
