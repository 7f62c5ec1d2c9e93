"""A plugin whose fields, queries and row rules the planner meets in tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, literal

from roadshow import Argument, Field, Manifest, Mutation, ObjectType, Query, RowRule, TypeField, UserError, hookimpl
from store import models


class Extras:
    """Fields that read columns, take arguments, give objects, fail for some; one that sorts; a rule by row."""

    manifest = Manifest(
        name="extras", version="1.0.0", api=">=1.0,<2", description="For tests",
        permissions=frozenset({"permission_rules", "mutations"}),
    )  # fmt: skip

    def __init__(self, by: str = "actor") -> None:
        self.ran: list[str] = []
        """The mutations that ran."""
        self.by = by
        """What its row rules are declared to follow from: role and subject, or whatever an actor has."""
        self.asked = 0
        """How often the row rule was asked."""
        self.broken = False

    @hookimpl
    def register_types(self) -> Iterable[ObjectType]:
        yield ObjectType(
            name="ExtraPair",
            description="Two things.",
            fields=[
                TypeField(name="text", type="String!", description="A text."),
                TypeField(name="number", type="Int", description="A number."),
                TypeField(name="secret", type="String", description="For the staff.", visible_to=["ORGANISER"]),
            ],
        )

    @hookimpl
    def register_fields(self) -> Iterable[Field]:
        yield Field(
            on="Project", name="extraStage", type="String", description="Its stage, in small letters.",
            needs=["funding_stage"],
            resolve=lambda parents, context: [
                parent.funding_stage.value.lower() if parent.funding_stage else None for parent in parents
            ],
        )  # fmt: skip
        yield Field(
            on="Place", name="extraPairs", type="[ExtraPair!]!", description="Some pairs.",
            arguments=[Argument(name="howMany", type="Int", description="How many.", default=2)], resolve=pairs,
        )  # fmt: skip
        yield Field(
            on="Track", name="extraLength", type="Int", description="The length of its id.",
            resolve=lambda parents, context: [len(parent.id) for parent in parents],
            expression=lambda track: func.length(track.id) + literal(0),
        )  # fmt: skip
        yield Field(
            on="Investor", name="extraSecret", type="String", description="For organisers.",
            resolve=lambda parents, context: ["secret" for _ in parents], visible_to=["ORGANISER"],
        )  # fmt: skip

        yield Field(
            on="Place", name="extraFails", type="String", description="FailureMaker.", resolve=self.fail,
        )  # fmt: skip

    def fail(self, parents: Sequence[Any], context: Any) -> list[Any]:
        self.ran.append("fail")
        raise RuntimeError("select * from secrets")

    @hookimpl
    def register_queries(self) -> Iterable[Query]:
        yield Query(
            name="extraEcho", type="ExtraPair", description="What was said.",
            arguments=[Argument(name="text", type="String!", description="What to say.")],
            resolve=lambda context, text: {"text": text, "number": len(text), "secret": "hush"},
        )  # fmt: skip

    @hookimpl
    def register_mutations(self) -> Iterable[Mutation]:
        def note(context: Any, text: str) -> Any:
            self.ran.append(text)
            if text == "refuse":
                raise UserError("Not that.", code="EXTRA_REFUSED", field="text")
            if text == "fail":
                raise RuntimeError("select * from secrets")
            return {"text": text, "number": len(self.ran), "secret": "hush"}

        def code(context: Any, track: str, code: str) -> Any:
            self.ran.append(code)
            with context.write() as session:
                row = session.get_one(models.Track, track)
                row.code = code
            return row

        text = Argument(name="text", type="String!", description="What is noted.")
        yield Mutation(name="extraNote", type="ExtraPair", description="Notes.", arguments=[text], resolve=note)
        yield Mutation(
            name="extraCode", type="Track", description="Changes a track's code.", resolve=code,
            arguments=[
                Argument(name="track", type="ID!", description="The track."),
                Argument(name="code", type="String!", description="Its code."),
            ],
        )  # fmt: skip

    @hookimpl
    def register_permission_rules(self, settings: Any) -> Iterable[RowRule]:
        yield RowRule(
            on="Track", description="The public doesn't see tracks with an odd ordinal.", condition=self._even,
            by_role=self.by == "role", by_subject=self.by == "subject",
        )  # fmt: skip
        if self.by == "subject":
            yield RowRule(
                on="Investor", description="An investor sees no other.", condition=self._itself, by_subject=True
            )

    def _itself(self, actor: Any, investor: Any) -> Any:
        self.asked += 1
        return investor.id == actor.subject_id if actor.role.value == "INVESTOR" else literal(1) == literal(1)

    def _even(self, actor: Any, track: Any) -> Any:
        self.asked += 1
        if self.broken:
            raise RuntimeError("broken")
        return track.ordinal % 2 == 0 if actor.role.value == "PUBLIC" else literal(1) == literal(1)


def pairs(parents: Sequence[Any], context: Any, how_many: int | None) -> list[Any]:
    """Some pairs; odd numbers of them go wrong in a way each."""
    if how_many == -1:
        raise UserError("Fewer than none.", code="EXTRA_REFUSED", field="howMany")
    if how_many == 20:
        refused = {each.id: UserError(f"Not of {each.id}.", code="EXTRA_REFUSED") for each in parents}
        return [refused[each.id] if ord(each.id[-1]) % 2 else [] for each in parents]
    if how_many == 100:
        return [[{"text": "one", "number": 1}, None] for _ in parents]
    if how_many == 101:
        return [[{"text": None, "number": 1}, {"text": "two", "number": "many"}] for _ in parents]
    if how_many == 2000:
        return [2000 for _ in parents]
    return [
        [{"text": parent.id, "number": number, "secret": "hush"} for number in range(max(0, how_many or 0) % 5)]
        for parent in parents
    ]
