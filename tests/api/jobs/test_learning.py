"""Training as a job: asked for by administrators, kept in the job's own transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from api.jobs import learning
from recommender.fit.weights import Weights
from recommender.snapshot.trained_weights import Learned
from recommender.training.weight_training import Outcome
from store.database import Database
from store.enums import JobState
from store.models import Job, LearnedModel
from tests.api.jobs.working import run_all, worker
from tests.store.jobs.asking import ask, read


def learned(database: Database, activate: bool) -> dict[str, Any]:
    identifier = ask(database, {"activate": activate})
    run_all(worker(database, kind_for_tests()))
    job = read(database, identifier)
    assert (job.state, job.error) == (JobState.SUCCEEDED, None)
    assert job.result is not None
    return job.result


def kind_for_tests() -> Any:
    return replace(learning.LEARNING, name="count")


def test_too_few_outcomes_change_nothing_and_are_told(sqlite_database: Database) -> None:
    result = learned(sqlite_database, activate=True)
    assert (result["model"], result["active"]) == (None, False)
    assert "dated outcomes" in result["explanation"]


@pytest.mark.parametrize("activate", [True, False])
def test_what_is_learned_is_kept_and_used_if_wanted(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, activate: bool
) -> None:
    def learn(snapshot: Any, prior: Weights, progress: Callable[[str, int, int], None], *_: Any) -> Outcome:
        progress("weights", 1, 2)
        return Outcome(Learned(prior, str(snapshot.encoder)), "It got better.")

    monkeypatch.setattr(learning.weight_training, "learn", learn)
    result = learned(sqlite_database, activate)
    assert result == {"model": 1, "active": activate, "explanation": "It got better."}
    with sqlite_database.read() as session:
        assert session.query(LearnedModel).one().active is activate
        assert session.query(Job).one().progress == 1.0
