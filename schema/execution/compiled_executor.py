"""The interface of the compiled executor for the server and the in-process client.

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
    """Answers operations by plans. Thread-safe.

    `Prepared` is a query with its plan and variables, `Profile` what rows an actor may see and in which languages; both
    are opaque to callers.
    """

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of operations by outcome: `planned`, or the reason for the fallback."""

    @property
    def waits(self) -> bool:
        """Whether to call `answer_waiting` instead of `answer_ready`: the database is another process."""

    def execute(
        self, text: str, document: DocumentNode, operation: OperationDefinitionNode, call: Call, event: object = None
    ) -> Answered:
        """Answer an operation of a valid document; `event` is a subscription's.

        Raises NotCompilable if the reference executor must answer; then nothing has been written.
        """

    def profile(self, actor: Actor, languages: tuple[str, ...]) -> Profile:
        """Return the access profile of an actor with these languages."""

    def prepared(self, text: str, name: str | None, role: Role, variables: GivenArguments) -> Prepared | None:
        """Return a query that was answered before, with its plan and these variables; None for any other."""

    def answer_ready(
        self, prepared: Prepared, actor: Actor, profile: Profile, seconds: float
    ) -> dict[str, object] | None:
        """The data of a query that is known to take less than `seconds`; None where a worker thread must answer."""

    async def answer_waiting(
        self, prepared: Prepared, actor: Actor, profile: Profile, seconds: float
    ) -> dict[str, object] | None:
        """As `answer_ready`, while the caller's event loop goes on."""

    def database_plan(self, read: Read) -> list[str]:
        """Return the lines of the database's own EXPLAIN, indented by nesting."""

    def close(self) -> None:
        """Close the connections."""


AnyCompiledExecutor: TypeAlias = CompiledExecutor[Any, Any]
"""A compiled executor, as those see it who hand its prepared queries and profiles back to it unread."""
