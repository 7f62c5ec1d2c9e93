"""What the server and the in-process client ask of the compiled executor, and nothing else of it.

`schema.compiled` implements it. A server without that folder has none, and the reference executor answers everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

from graphql import DocumentNode, OperationDefinitionNode

from schema.declarations.base import GivenArguments
from schema.execution.calls import Answered, Call
from schema.execution.tracing import Read
from store.access.actors import Actor
from store.enums import Role

Prepared = TypeVar("Prepared")
Profile = TypeVar("Profile")


class CompiledExecutor(Protocol[Prepared, Profile]):
    """Answers operations by plans. Safe to share among threads.

    `Prepared` is a query with its plan and variables, `Profile` what rows an actor may see and in which languages;
    both mean something to the executor alone.
    """

    @property
    def counts(self) -> Mapping[str, int]:
        """Operations by outcome: `planned`, or the reason why the reference executor answered."""

    @property
    def waits(self) -> bool:
        """Whether `answer_waiting` is to be called, and not `answer_ready`: the database is another process."""

    def execute(
        self, text: str, document: DocumentNode, operation: OperationDefinitionNode, call: Call, event: object = None
    ) -> Answered:
        """Answer an operation of a valid document; `event` is a subscription's.

        Raises NotCompilable where the reference executor must answer; then nothing has been written.
        """

    def profile(self, actor: Actor, languages: tuple[str, ...]) -> Profile:
        """The access profile of an actor who asks in these languages."""

    def prepared(self, text: str, name: str | None, role: Role, variables: GivenArguments) -> Prepared | None:
        """A query that was answered before, with its plan and these variables; None for any other."""

    def answer_ready(
        self, prepared: Prepared, actor: Actor, profile: Profile, seconds: float
    ) -> dict[str, object] | None:
        """The data of a query that is known to take less than `seconds`; None where a worker thread must answer."""

    async def answer_waiting(
        self, prepared: Prepared, actor: Actor, profile: Profile, seconds: float
    ) -> dict[str, object] | None:
        """As `answer_ready`, while the caller's event loop goes on."""

    def database_plan(self, read: Read) -> list[str]:
        """How the database goes about a statement: the lines of its own EXPLAIN, indented as it nests."""

    def close(self) -> None:
        """Close the connections."""


AnyCompiledExecutor: TypeAlias = CompiledExecutor[Any, Any]
"""A compiled executor, as those see it who hand its prepared queries and profiles back to it unread."""
