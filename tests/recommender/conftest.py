"""A small store with everything that a ranking looks at."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from recommender.serving.service import Recommender
from recommender.training.encode import encode
from store.access.actors import Actor
from store.database import Database
from store.models.concepts import Concept, ConceptScheme
from store.models.investors import Investment, Investor, InvestorConcept, InvestorPlace, InvestorTrack
from store.models.places import Place
from store.models.planning import IndustryPriority, PriorityConcept
from store.models.programmes import Programme, Track
from store.models.projects import LandingPreference, Project, ProjectConcept, ProjectTrack
from tests.recommender.sample_data import WORDS, WordEncoder


@dataclass
class Store:
    """Ids of what ``fill`` wrote."""

    database: Database
    encoder: WordEncoder = field(default_factory=WordEncoder)
    places: list[str] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    investors: list[str] = field(default_factory=list)

    def recommender(self) -> Recommender:
        """A new recommender that looks at the change log with every question."""
        return Recommender(self.database, encoders=[self.encoder])


def fill(database: Database) -> Store:
    """Two provinces with a city each, four industries, two tracks, 24 projects, three investors, a city's priority."""
    store = Store(database)
    with database.write(Actor.system("test")) as session:
        programme = Programme(name={"en": "Programme"})
        session.add(programme)
        scheme = ConceptScheme(name={"en": "Fields"})
        session.add(scheme)
        session.flush()
        for number in range(2):
            province = Place(name={"en": f"Province {number}"}, type="PROVINCE")
            session.add(province)
            session.flush()
            city = Place(
                name={"en": f"City {number}", "zh": f"城市{number}"}, type="PREFECTURE_CITY", parent_id=province.id
            )
            track = Track(programme_id=programme.id, code=f"T{number}", name={"en": f"Track {number}"})
            session.add_all([city, track])
            session.flush()
            store.places += [province.id, city.id]
            store.tracks.append(track.id)
        for number in range(4):
            concept = Concept(
                scheme_id=scheme.id, notation=str(number), name={"en": WORDS[number], "zh": f"产业{number}"}
            )
            session.add(concept)
            session.flush()
            store.concepts.append(concept.id)
        for number in range(24):
            field_of = number % 4
            text = f"{WORDS[field_of]} {WORDS[4 + number % 5]} {WORDS[9 + number % 6]}. {WORDS[field_of]} again."
            project = Project(
                name={"en": f"Project {number}"},
                description={"en": text},
                kind="FUND" if number == 23 else "STARTUP",
                status="DRAFT" if number == 22 else "PUBLISHED",
                origin_place_id=store.places[1 + 2 * (number % 2)],
                funding_stage="SEED" if number % 3 else "SERIES_C",
                ask_min=1_000_000,
                ask_max=3_000_000,
                ask_currency="CNY",
            )
            session.add(project)
            session.flush()
            session.add_all(
                [
                    ProjectConcept(project_id=project.id, concept_id=store.concepts[field_of]),
                    ProjectTrack(project_id=project.id, track_id=store.tracks[number % 2]),
                    LandingPreference(project_id=project.id, place_id=store.places[1 + 2 * (number % 2)]),
                ]
            )
            store.projects.append(project.id)
        for number in range(3):
            investor = Investor(
                name={"en": f"Investor {number}"},
                thesis={"en": f"{WORDS[number]} {WORDS[4]}"},
                stages=["SEED"],
                cheque_min=1_000_000,
                cheque_max=5_000_000,
                cheque_currency="CNY",
                active=number != 2,
            )
            session.add(investor)
            session.flush()
            session.add_all(
                [
                    InvestorConcept(investor_id=investor.id, concept_id=store.concepts[number]),
                    InvestorTrack(investor_id=investor.id, track_id=store.tracks[0]),
                    InvestorPlace(investor_id=investor.id, place_id=store.places[0]),
                    Investment(investor_id=investor.id, project_id=store.projects[number], invested="2023-05"),
                ]
            )
            store.investors.append(investor.id)
        priority = IndustryPriority(place_id=store.places[1], name={"en": WORDS[1]}, weight=2.0)
        session.add(priority)
        session.flush()
        session.add(PriorityConcept(priority_id=priority.id, concept_id=store.concepts[1]))
    return store


@pytest.fixture
def store(database: Database) -> Store:
    """The small store, encoded; the test runs on SQLite and on PostgreSQL."""
    filled = fill(database)
    encode(database, [filled.encoder])
    return filled


@pytest.fixture
def sqlite_store(sqlite_database: Database) -> Store:
    """The small store, not encoded, on SQLite only."""
    return fill(sqlite_database)
