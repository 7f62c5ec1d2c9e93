"""The kind of job `encode`: gives every text its vectors, as `roadshow encode` does."""

from __future__ import annotations

from collections.abc import Mapping

from api.background.encoding import ENCODE
from api.jobs.run import JobRun
from plugins.host.context import JobContext
from plugins.host.contributions.contributions import JobKind
from plugins.host.errors import UserError
from recommender.encoders import EncoderError, encoders_for
from recommender.serving.isolation import encoders_of, kinds_of
from recommender.training.encode import encode as encode_texts
from store.access.actors import Actor
from store.settings import load_settings


def encode(job: JobContext[Actor], arguments: Mapping[str, object]) -> dict[str, object]:
    """Encode what has no vector; return how many texts were encoded. What was encoded stays if it is stopped."""
    assert isinstance(job, JobRun)

    def tell(name: str, done: int, total: int) -> None:
        job.report(done / total if total else None, name)

    encoders = encoders_for(load_settings().encoder, encoders_of(job.host))
    try:
        done = encode_texts(job.database, encoders, tell, kinds=kinds_of(job.host))
    except EncoderError as problem:
        raise UserError(str(problem)) from problem
    return {"encoded": sum(done.added.values())}


ENCODING = JobKind(
    name=ENCODE,
    description="Gives new and changed texts the vectors by which the recommender compares them.",
    run=encode,
)
