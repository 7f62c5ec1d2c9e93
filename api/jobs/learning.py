"""The kind of job `learn`: trains weights and a calibration on the store's outcomes, as `roadshow learn` does."""

from __future__ import annotations

from pydantic import BaseModel

from api.jobs.run import JobRun
from plugins.host.context import JobContext
from plugins.host.contributions.contributions import JobKind
from recommender.cli.shared import training_of
from recommender.snapshot import trained_weights
from recommender.training import weight_training
from schema.domain.jobs.starting import LEARN
from store.access.actors import Actor


class LearnArguments(BaseModel):
    """Whether the learned model is put into use at once."""

    activate: bool


def learn(job: JobContext[Actor], arguments: LearnArguments) -> dict[str, object]:
    """Learn; return the model's number, None with too few outcomes, and what was found in a sentence."""
    assert isinstance(job, JobRun)

    def tell(name: str, done: int, total: int) -> None:
        job.report(done / total if total else None, name)

    # A recommender of its own: learning changes weights for a while.
    outcome = weight_training.learn_from_store(job.database, *training_of(job.database), tell)
    if outcome.learned is None:
        return {"model": None, "active": False, "explanation": outcome.explanation}
    with job.write() as session:
        number = trained_weights.keep(session, outcome.learned)
        if arguments.activate:
            trained_weights.use(session, number)
    return {"model": number, "active": arguments.activate, "explanation": outcome.explanation}


LEARNING = JobKind(
    name=LEARN,
    description="Trains the recommender's weights and the calibration of its scores on outcomes.",
    run=learn,
    arguments=LearnArguments,
)
