"""Contributions of work that outlasts requests: kinds of jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.host.contributions.declarations import Declaration, must_be_described, must_be_plain, must_be_slug
from plugins.host.errors import UserError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from plugins.host.context import JobContext


@dataclass(frozen=True, kw_only=True)
class JobKind(Declaration):
    """A kind of job: `run(job, arguments)` does the work in a worker and returns the result, a mapping of
    JSON, or None.

    A job that fails or whose worker is killed is begun again, so what it does outside of `job.write()` must be safe to
    repeat. A `UserError` ends it at once.
    """

    name: str
    """Unique among all plugins; begin it with the plugin's name."""
    description: str
    run: Callable[[JobContext[Any], Any], Mapping[str, object] | None]
    arguments: type[BaseModel] | None = None
    """Checks the arguments when the job is asked for, and is what `run` gets; None passes on a plain mapping."""
    attempts: int = 3
    """How often a job is begun before it counts as failed."""
    time_limit: float | None = None
    """Seconds for one attempt; None means no limit."""

    def check(self) -> None:
        must_be_slug("a kind of job", self.name)
        must_be_described("kind of job", self.name, self.description)
        must_be_plain("kind of job", self.name, self.run)
        if len(self.name) > 80:
            raise ValueError(f"kind of job '{self.name}': the name has more than 80 characters")
        if self.attempts < 1:
            raise ValueError(f"kind of job '{self.name}': attempts must be at least 1, it is {self.attempts}")

    def checked(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments as JSON to store. Raises UserError that names what is wrong."""
        read = self.read(arguments)
        return dict(read) if isinstance(read, Mapping) else read.model_dump(mode="json")

    def read(self, arguments: Mapping[str, object]) -> Mapping[str, object] | BaseModel:
        """Return the arguments as `run` gets them. Raises UserError that names what is wrong."""
        if self.arguments is None:
            return arguments
        from pydantic import ValidationError

        try:
            return self.arguments.model_validate(arguments)
        except ValidationError as problem:
            told = "; ".join(
                f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}" for each in problem.errors()
            )
            raise UserError(f"The job '{self.name}' can't be run with these arguments: {told}.") from problem
