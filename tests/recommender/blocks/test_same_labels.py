"""Two vocabularies that use one name for an industry mean nearly the same, without a mapping written by hand."""

from recommender.snapshot.loading import load_taxonomies
from store.access.actors import Actor
from store.database import Database
from store.models import Concept, ConceptMapping, ConceptScheme


def two_schemes(database: Database, *, mapped: str | None = None) -> tuple[str, str, str]:
    """Ids of "Biotechnology" in two schemes, and of "Fish" in the second."""
    with database.write(Actor.system("test")) as session:
        one, other = (ConceptScheme(name={"en": name}) for name in ("One", "Other"))
        session.add_all([one, other])
        session.flush()
        ours = Concept(scheme_id=one.id, notation="bio", name={"en": "Biotechnology", "zh": "生物技术"})
        theirs = Concept(scheme_id=other.id, notation="b", name={"en": " biotechnology"})
        fish = Concept(scheme_id=other.id, notation="f", name={"en": "Fish"})
        session.add_all([ours, theirs, fish])
        session.flush()
        if mapped:
            session.add(ConceptMapping(source_id=ours.id, target_id=theirs.id, relation=mapped))
        return ours.id, theirs.id, fish.id


def test_concepts_of_two_schemes_with_one_name_reach_each_other(database: Database) -> None:
    ours, theirs, fish = two_schemes(database)
    with database.read() as session:
        graph = load_taxonomies(session).concepts
    reached = graph.reach(graph.code_of[ours])
    assert 0 < reached[graph.code_of[theirs]] < 1
    assert graph.code_of[fish] not in reached


def test_a_mapping_that_is_stated_stands(database: Database) -> None:
    two_schemes(database, mapped="RELATED")
    with database.read() as session:
        graph = load_taxonomies(session).concepts
    assert [relation for _, _, relation in graph.mappings] == ["RELATED"]
