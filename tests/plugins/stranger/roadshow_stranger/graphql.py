"""What can be asked of notes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from roadshow import (
    Argument,
    Context,
    Field,
    Mutation,
    ObjectType,
    Query,
    TypeField,
    UserError,
    hookimpl,
    models,
)
from roadshow_stranger.tables import Note


@hookimpl
def register_types() -> Iterable[ObjectType]:
    yield ObjectType(
        name="StrangerNote",
        description="A note that somebody made on a project.",
        fields=[
            TypeField(name="id", type="ID!", description="Its id."),
            TypeField(name="text", type="String!", description="What it says."),
            TypeField(name="projectId", type="ID!", description="The project that it is on."),
        ],
    )


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(
        on="Project",
        name="notes",
        type="[StrangerNote!]!",
        description="Notes on the project, oldest first.",
        needs=["id"],
        resolve=notes_of,
    )
    yield Field(
        on="Project",
        name="noteCount",
        type="Int!",
        description="How many notes there are on the project.",
        resolve=lambda parents, context: [len(notes) for notes in notes_of(parents, context)],
        expression=lambda project: (
            select(func.count()).select_from(Note).where(Note.project_id == project.id).scalar_subquery()
        ),
    )
    yield Field(
        on="Project",
        name="noteWriters",
        type="String",
        description="For the staff's eyes.",
        resolve=lambda parents, context: ["the staff" for _ in parents],
        visible_to=["ORGANISER", "ADMIN"],
    )


def notes_of(parents: Sequence[Any], context: Context) -> list[list[Note]]:
    found = defaultdict(list)
    statement = select(Note).where(Note.project_id.in_([parent.id for parent in parents])).order_by(Note.id)
    for note in context.session.scalars(statement):
        found[note.project_id].append(note)
    return [found[parent.id] for parent in parents]


@hookimpl
def register_queries() -> Iterable[Query]:
    def resolve(context: Context, longest_text: int) -> list[Note]:
        statement = select(Note).where(func.length(Note.text) <= longest_text).order_by(Note.id)
        return list(context.session.scalars(statement))

    yield Query(
        name="strangerNotes",
        type="[StrangerNote!]!",
        description="Every note that isn't longer than asked.",
        arguments=[Argument(name="longestText", type="Int", description="Most characters.", default=500)],
        resolve=resolve,
    )


@hookimpl
def register_mutations(settings: Any) -> Iterable[Mutation]:
    def resolve(context: Context, project_id: str, text: str) -> Note:
        if len(text) > settings.longest:
            raise UserError(f"A note has at most {settings.longest} characters, this one {len(text)}.", field="text")
        with context.write() as session:
            if session.get(models.Project, project_id) is None:
                raise UserError(f"There is no project {project_id}.", field="projectId")
            note = Note(project_id=project_id, text=text)
            session.add(note)
        return note

    yield Mutation(
        name="addStrangerNote",
        type="StrangerNote!",
        description="Make a note on a project.",
        arguments=[
            Argument(name="projectId", type="ID!", description="The project."),
            Argument(name="text", type="String!", description="What it says."),
        ],
        resolve=resolve,
    )
