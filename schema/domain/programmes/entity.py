"""Programmes and their tracks."""

from __future__ import annotations

from schema.declarations import Writers, column, connection, entity, listing, localized, relation, translations
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Documented, Edited, Sourced
from schema.domain.shared.filters import by_text
from schema.domain.shared.scopes import of_own_programme, own_programme
from store import models
from store.enums import Role


@entity(
    models.Programme,
    "What a city or body runs year after year: a summit, a week, a competition.",
    filters=[by_text("programme")],
    root=("programme", "programmes"),
    writers=[Writers(Role.SCOPED_ORGANISER, own_programme, create=False)],
)
class Programme(Claimed, Documented, Edited, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    descriptions = translations("The description in every language.", "description")
    place = relation("Place", "Where it is held.", "place_id", filter=True, edit=True)
    organisation = relation("Organisation", "Who runs it.", "organisation_id", filter=True, edit=True)
    website = column("Its address on the web.", filter=True, edit=True)
    tracks = listing("Track", "Its tracks.", "programme_id", order=("ordinal",))
    schemes = listing("ConceptScheme", "Its vocabularies.", "programme_id", order=("created_at",))
    series = listing("EventSeries", "Its series of events.", "programme_id", order=("created_at",))


@entity(
    models.Track,
    "A track of a programme. Several tracks may share a field.",
    default_order=("ordinal",),
    filters=[by_text("track")],
    root=("track", "tracks"),
    writers=[Writers(Role.SCOPED_ORGANISER, of_own_programme)],
)
class Track(Claimed, Edited, Sourced, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is about.", edit=True)
    descriptions = translations("The description in every language.", "description")
    programme = relation("Programme", "The programme.", "programme_id", filter=True, edit=True)
    code = column("A short stable name within the programme.", filter=True, order=True, edit=True)
    ordinal = column("Its order within the programme.", filter=True, order=True, edit=True)
    open_ended = column('Whether the source\'s list of fields ends in "and other fields".', filter=True, edit=True)
    fields = listing("Concept", "Fields that it lists.", through=models.TrackConcept, near="track_id",
                     far="concept_id", order=("ordinal",), edit=True)  # fmt: skip
    projects = connection("Project", "Projects in the track.", through=models.ProjectTrack, near="track_id",
                          far="project_id")  # fmt: skip
