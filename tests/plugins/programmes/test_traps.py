"""What the sources force on the model: one test for each of the traps C1 to C20."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import documents, models
from store.access.actors import Actor
from store.database import Database
from store.enums import (
    EventMode,
    EventStatus,
    EventType,
    MappingRelation,
    OrganisationRole,
    PlaceType,
    ProjectKind,
    TechnologyLevel,
    ValueQualifier,
)
from store.values.ids import new_id
from store.values.money import Money
from tests.plugins.programmes.support import claims, find, ids, keys_of, load_programmes, total

pytestmark = pytest.mark.nightly_on_postgresql


def test_c1_the_parts_of_the_pool_leave_42_projects_without_a_stated_field(session: Session) -> None:
    pool = total(session, "chinaocs:claim/pool")
    assert pool.whole.value == 228
    assert {part.category: part.value for part in pool.parts} == {
        "Intelligent technology": 99,
        "Clean energy": 25,
        "New generation information technology": 33,
        "Life science": 29,
    }
    assert all(part.dimension == "field" and part.concept_id for part in pool.parts)
    assert pool.whole.value - pool.stated == 42


def test_c2_the_origins_of_the_signed_projects_add_up(session: Session) -> None:
    signed = total(session, "chinaocs:claim/signing/projects")
    assert {part.category: part.value for part in signed.parts} == {"OVERSEAS": 6, "DOMESTIC": 17}
    assert signed.whole.value == signed.stated == 23
    overseas = total(session, "chinaocs:claim/signing/overseas")
    assert [part.value for part in overseas.parts] == [None] * 5, "the five countries have no numbers of their own"


def test_c3_two_disagreeing_claims_stand_side_by_side(session: Session) -> None:
    series = find(session, models.EventSeries, "chinaocs:series")
    sources = keys_of(session, models.SourceDocument)

    def stated(measure: str) -> set[tuple[str, Decimal | None]]:
        return {(sources[claim.source_document_id or ""], claim.value) for claim in claims(session, series, measure)}

    years, london = "chinaocs:source/twenty-years", "chinaocs:source/london"
    assert stated("returned_talents") == {(years, Decimal(4000)), (london, Decimal(3500))}
    for measure, value in (("overseas_scholars", 35_000), ("foreign_merchants", 3_900), ("countries_represented", 63)):
        assert stated(measure) == {(years, Decimal(value)), (london, Decimal(value))}


WORDS = {
    ValueQualifier.OVER: r"more than|over |exceeded",
    ValueQualifier.NEARLY: r"nearly|almost",
    ValueQualifier.ABOUT: r"about|around",
    ValueQualifier.RUNNING_TOTAL: r"so far",
    ValueQualifier.AT_MOST: r"within",
}


def test_c4_a_qualifier_is_the_sources_own_word(session: Session) -> None:
    found = Counter[ValueQualifier]()
    for claim in session.scalars(select(models.StatisticalClaim)):
        found[claim.qualifier] += 1
        if claim.qualifier in WORDS:
            assert re.search(WORDS[claim.qualifier], claim.quote or "", re.IGNORECASE), claim.label
    assert set(found) == set(ValueQualifier)


@pytest.mark.parametrize(
    ("key", "qualifier", "value"),
    [
        ("chinaocs:claim/scholars-2020", ValueQualifier.OVER, 35_000),
        ("chinaocs:claim/cooperations-2020", ValueQualifier.NEARLY, 47_000),
        ("chinaocs:claim/contracts-2020", ValueQualifier.ABOUT, 8_900),
        ("chinaocs:claim/founders-2020", ValueQualifier.ABOUT, 7_000),
        ("chinaocs:claim/jobs-2020", ValueQualifier.NEARLY, 100_000),
        ("chinaocs:claim/returned-2019", ValueQualifier.OVER, 3_500),
        ("kunshan:claim/signings", ValueQualifier.RUNNING_TOTAL, 286),
        ("kunshan:claim/metaverse/companies", ValueQualifier.NEARLY, 50),
        ("cotiec:claim/areas/overseas", ValueQualifier.EXACT, 13),
    ],
)
def test_c4_figures_keep_their_qualifier(session: Session, key: str, qualifier: ValueQualifier, value: int) -> None:
    claim = find(session, models.StatisticalClaim, key)
    assert (claim.qualifier, claim.value) == (qualifier, Decimal(value))


@pytest.mark.parametrize(
    ("key", "starts", "ends", "status"),
    [
        ("chinaocs:event/signing", "--07-06", None, EventStatus.HELD),
        ("chinaocs:event/online-2020", "2020-H1", None, EventStatus.HELD),
        ("chinaocs:event/offline-2020", "2020-H2", None, EventStatus.PLANNED),
        ("chinaocs:event/silicon-valley-roadshow-2020", "2020-05", None, EventStatus.PLANNED),
        ("cotiec:event/registration", "2024-04", "2024-05-late", EventStatus.PLANNED),
        ("cotiec:event/finals", "2024-07-mid", None, EventStatus.PLANNED),
    ],
)
def test_c5_dates_say_what_the_source_says_and_no_more(
    session: Session, key: str, starts: str, ends: str | None, status: EventStatus
) -> None:
    event = find(session, models.Event, key)
    assert event.starts is not None
    assert (event.starts.text, event.ends.text if event.ends else None, event.status) == (starts, ends, status)
    if starts.startswith("--"):
        assert event.starts.year is None
        assert event.starts_earliest is None


def test_c6_one_series_has_many_names_and_ordinal_and_year_are_two_facts(session: Session) -> None:
    series = find(session, models.EventSeries, "chinaocs:series")
    assert (
        session.scalar(
            select(func.count())
            .select_from(models.EventSeries)
            .where(models.EventSeries.programme_id == series.programme_id)
        )
        == 1
    )
    assert {"CHINAOCS", "Chinese Overseas Students Entrepreneurship Week", "海创周"} <= {
        *series.aliases,
        *series.name.values(),
    }
    assert series.name["en"] == "China Overseas Scholar Innovation Summit"
    twentieth = find(session, models.EventEdition, "chinaocs:edition/2019")
    assert (twentieth.ordinal, twentieth.year) == (20, 2019)
    assert "CHINAOCS2019" in twentieth.aliases
    later = find(session, models.EventEdition, "chinaocs:edition/2020")
    assert (later.ordinal, later.year) == (None, 2020)
    week = find(session, models.EventEdition, "kunshan:edition/8")
    assert (week.ordinal, week.year) == (8, 2024)


def test_c7_one_association_under_three_names_is_one_record(session: Session) -> None:
    names = {
        "British-Chinese Youth Entrepreneurship Association",
        "China-UK Young Entrepreneurs Association",
        "British-Chinese Young Entrepreneurs Association",
    }
    everyone = list(session.scalars(select(models.Organisation)))
    bearers = [each for each in everyone if names & {each.name.get("en", ""), *each.aliases}]
    assert len(bearers) == 1
    assert {bearers[0].name["en"], *bearers[0].aliases} == names
    london = find(session, models.Organisation, "chinaocs:station/london")
    assert {"CHINAOCS London Representative Office", "London Station"} <= set(london.aliases)


def test_c8_the_tracks_are_five_though_the_fifth_says_and(session: Session) -> None:
    tracks = tracks_of_the_competition(session)
    assert [track.ordinal for track in tracks] == [1, 2, 3, 4, 5]
    assert tracks[-1].name["en"] == "Future industries and cultural creativity"
    stated = find(session, models.StatisticalClaim, "cotiec:claim/tracks")
    assert stated.value == len(tracks)
    listed = (stated.quote or "").partition("tracks: ")[2]
    assert len(re.split(r", | and ", listed)) == 8, "a split of the sentence gets it wrong"


def tracks_of_the_competition(session: Session) -> list[models.Track]:
    programme = find(session, models.Programme, "cotiec:programme")
    track = models.Track
    return list(session.scalars(select(track).where(track.programme_id == programme.id).order_by(track.ordinal)))


def test_c9_there_are_44_listings_of_40_fields_four_of_them_in_two_tracks(session: Session) -> None:
    listings = Counter[str]()
    sizes = []
    for track in tracks_of_the_competition(session):
        concepts = session.scalars(
            select(models.Concept)
            .join(models.TrackConcept, models.TrackConcept.concept_id == models.Concept.id)
            .where(models.TrackConcept.track_id == track.id)
        ).all()
        sizes.append(len(concepts))
        listings.update(concept.notation for concept in concepts)
    assert sizes == [8, 8, 5, 9, 14]
    assert (listings.total(), len(listings)) == (44, 40)
    twice = {notation for notation, count in listings.items() if count == 2}
    assert twice == {"big-data", "blockchain", "internet-of-things", "virtual-reality"}
    assert max(listings.values()) == 2


def test_c10_two_lists_of_fields_are_open(session: Session) -> None:
    open_ended = {track.code for track in tracks_of_the_competition(session) if track.open_ended}
    assert open_ended == {"green-low-carbon", "advanced-manufacturing"}
    for track in tracks_of_the_competition(session):
        assert track.open_ended == (track.quote or "").endswith("and other fields.")


def test_c10_an_unknown_field_is_accepted_and_queued(database: Database, tmp_path: Path) -> None:
    load_programmes(database, ["cotiec"])
    document = tmp_path / "entry.yaml"
    document.write_text(
        "- entity: Project\n  key: entry\n  name: {en: Entry}\n  fictional: true\n"
        "  tracks: [cotiec:green-low-carbon]\n  unmapped_terms: [tidal power]\n",
        encoding="utf-8",
    )
    with database.write(Actor.system("tests")) as session:
        documents.load(session, [document], "tests")
        project = find(session, models.Project, "tests:entry")
        queued = session.scalars(select(models.UnmappedTerm)).all()
        assert [(term.entity_id, term.term, term.concept_id) for term in queued] == [(project.id, "tidal power", None)]


SIZES = {
    "chinaocs:signing": 5,
    "chinaocs:pool": 4,
    "chinaocs:focus-2020": 6,
    "kunshan:signings": 5,
    "kunshan:parks": 6,
    "cotiec:field": 40,
}


def test_c11_each_source_keeps_its_own_vocabulary(session: Session) -> None:
    for key, size in SIZES.items():
        scheme = find(session, models.ConceptScheme, key)
        concept = models.Concept
        assert session.scalar(select(func.count()).where(concept.scheme_id == scheme.id)) == size, key
        assert scheme.quote
        assert scheme.source_document_id


def test_c11_the_crosswalks_join_every_pair_of_programmes(session: Session) -> None:
    namespaces = {id_: key.split(":")[0] for id_, key in keys_of(session, models.Concept).items()}
    mappings = session.scalars(select(models.ConceptMapping)).all()
    pairs = {frozenset((namespaces[each.source_id], namespaces[each.target_id])) for each in mappings}
    assert {frozenset(pair) for pair in combinations(("chinaocs", "kunshan", "cotiec"), 2)} <= pairs
    both_ways = {(each.target_id, each.source_id) for each in mappings} & {
        (each.source_id, each.target_id) for each in mappings
    }
    assert not both_ways, "a pair is mapped once; the other direction follows from it"


def test_c11_one_term_in_three_spellings_is_mapped_as_the_same(session: Session) -> None:
    terms = [
        find(session, models.Concept, f"{scheme}/new-generation-information-technology")
        for scheme in ("chinaocs:pool", "chinaocs:focus-2020", "kunshan:signings")
    ]
    assert len({term.name["en"] for term in terms}) == 3
    mapping = models.ConceptMapping
    same = session.scalars(
        select(mapping).where(
            mapping.source_id.in_(ids(terms)),
            mapping.target_id.in_(ids(terms)),
            mapping.relation == MappingRelation.EXACT,
        )
    ).all()
    assert {frozenset((each.source_id, each.target_id)) for each in same} == {
        frozenset((one.id, other.id)) for one in terms for other in terms if one is not other
    }


def test_c12_a_project_may_be_a_fund_an_accelerator_or_an_agreement(session: Session) -> None:
    signing = find(session, models.Event, "chinaocs:event/signing")
    signed = session.scalars(
        select(models.Project)
        .join(models.EventProject, models.EventProject.project_id == models.Project.id)
        .where(models.EventProject.event_id == signing.id, models.EventProject.role == "SIGNED")
    ).all()
    assert Counter(project.kind for project in signed) == {
        ProjectKind.FUND: 2,
        ProjectKind.PRODUCT: 2,
        ProjectKind.TECHNOLOGY_RND: 2,
        ProjectKind.ACCELERATOR: 1,
        ProjectKind.PLATFORM: 1,
        ProjectKind.STRATEGIC_COOPERATION: 1,
    }
    assert all(project.quote == project.name["en"] for project in signed)


def test_c13_a_city_is_a_place_and_its_bodies_are_organisations(session: Session) -> None:
    dalian = find(session, models.Place, "gb:210200")
    edition = find(session, models.EventEdition, "chinaocs:edition/2019")
    assert edition.place_id == dalian.id
    roles = {
        (organisation.name["en"], link.role)
        for link, organisation in session.execute(
            select(models.EventOrganisation, models.Organisation).join(
                models.Organisation, models.Organisation.id == models.EventOrganisation.organisation_id
            )
        )
    }
    assert {
        ("People's Government of Dalian", OrganisationRole.HOST),
        ("Dalian High-tech Zone", OrganisationRole.IMPLEMENTER),
        ("Dalian High-tech Zone", OrganisationRole.CO_ORGANISER),
        ("Dalian High-tech Zone", OrganisationRole.SIGNATORY),
    } <= roles
    zone = find(session, models.Organisation, "chinaocs:org/dalian-high-tech-zone")
    place = session.get_one(models.Place, zone.place_id)
    assert (place.type, place.parent_id) == (PlaceType.DEVELOPMENT_ZONE, dalian.id)


def test_c14_kunshan_is_in_suzhou_in_jiangsu(session: Session) -> None:
    path = []
    place: models.Place | None = find(session, models.Place, "gb:320583")
    while place is not None:
        path.append((place.name["en"], place.type))
        place = session.get(models.Place, place.parent_id) if place.parent_id else None
    assert path == [
        ("Kunshan", PlaceType.COUNTY_LEVEL_CITY),
        ("Suzhou", PlaceType.PREFECTURE_CITY),
        ("Jiangsu", PlaceType.PROVINCE),
        ("China", PlaceType.COUNTRY),
    ]


def test_c14_an_origin_may_stop_at_any_level(session: Session) -> None:
    domestic = total(session, "chinaocs:claim/signing/domestic")
    levels = {part.category: session.get_one(models.Place, part.place_id).type for part in domestic.parts}
    assert levels == {
        "Shanghai": PlaceType.PROVINCE,
        "Guangzhou": PlaceType.PREFECTURE_CITY,
        "Hainan": PlaceType.PROVINCE,
    }
    valley = find(session, models.Organisation, "chinaocs:station/silicon-valley")
    assert session.get_one(models.Place, valley.place_id).type is PlaceType.INFORMAL_REGION


def test_c15_entrants_come_by_recommendation_and_by_themselves(session: Session) -> None:
    registration = find(session, models.Event, "cotiec:event/registration")
    assert registration.advancement is not None
    assert registration.advancement["channels"] == ["RECOMMENDATION_CHANNEL", "SELF_REGISTRATION"]
    roadshow = find(session, models.Event, "chinaocs:event/vancouver-roadshow-2020")
    link = session.scalars(
        select(models.EventOrganisation).where(models.EventOrganisation.event_id == roadshow.id)
    ).one()
    station = find(session, models.Organisation, "chinaocs:station/vancouver")
    assert (link.organisation_id, link.role) == (station.id, OrganisationRole.RECOMMENDATION_CHANNEL)


def test_c15_two_recommendations_of_one_project_stand_and_the_same_one_twice_is_one(database: Database) -> None:
    load_programmes(database, ["chinaocs", "cotiec"])
    with database.write(Actor.system("tests")) as session:
        project = models.Project(name={"en": "Entry"}, fictional=True)
        session.add(project)
        session.flush()
        edition = find(session, models.EventEdition, "cotiec:edition/2024")
        for key in ("chinaocs:station/boston", "chinaocs:station/tokyo"):
            station = find(session, models.Organisation, key)
            session.add(models.Recommendation(project_id=project.id, organisation_id=station.id, edition_id=edition.id))
        session.add(models.Recommendation(project_id=project.id, edition_id=edition.id))  # by itself
        session.flush()
        recommendation = models.Recommendation
        again = {"project_id": project.id, "organisation_id": station.id, "edition_id": edition.id}
        with session.begin_nested() as attempt:
            with pytest.raises(IntegrityError):
                session.execute(insert(recommendation).values(id=new_id("rec"), **again))
            attempt.rollback()
        assert session.scalar(select(func.count()).where(recommendation.project_id == project.id)) == 3


def test_c16_stages_follow_in_order_each_with_its_scope_and_matching_comes_after(session: Session) -> None:
    competition = find(session, models.Event, "cotiec:event/competition")
    conference = find(session, models.Event, "cotiec:event/conference")
    assert competition.parent_id == conference.id
    stages = session.scalars(select(models.Event).where(models.Event.parent_id == competition.id)).all()
    chain = sorted((stage for stage in stages if stage.ordinal), key=lambda stage: stage.ordinal or 0)
    assert [(stage.type, stage.mode, (stage.advancement or {}).get("scope")) for stage in chain] == [
        (EventType.REGISTRATION, None, "GLOBAL"),
        (EventType.PRELIMINARY_REVIEW, EventMode.ONLINE, "AREA"),
        (EventType.DEFENCE, EventMode.HYBRID, "AREA"),
        (EventType.FINAL, None, "TRACK"),
        (EventType.AWARD_CEREMONY, None, None),
        (EventType.MATCHING_NEGOTIATION, None, "GLOBAL"),
        (EventType.TRACKING, None, None),
    ]
    assert [stage.type for stage in stages if stage.ordinal is None] == [EventType.EXHIBITION]
    defence = find(session, models.Event, "cotiec:event/defence")
    assert defence.advancement is not None
    assert defence.advancement["select_by"] == "TRACK"
    assert "according to each track" in defence.advancement["rule"]


def test_c17_an_ambiguous_figure_keeps_its_sentence(session: Session) -> None:
    claim = find(session, models.StatisticalClaim, "chinaocs:claim/roadshows")
    assert claim.value == 27
    assert claim.quote == ("the Organizing Committee focused on 228 projects and participated in 27 on-site roadshows")
    assert claim.note


def test_c18_a_source_says_how_and_how_fast_it_is_corrected(session: Session) -> None:
    release = find(session, models.SourceDocument, "kunshan:source/release")
    assert "8 hours" in (release.correction_contact or "")
    assert release.reference == "Release ID 89135414"
    [response] = claims(session, release, "correction_response_time")
    assert (response.qualifier, response.value, response.unit) == (ValueQualifier.AT_MOST, Decimal(8), "hours")


def test_c19_the_level_of_technology_is_an_ordered_scale_and_its_share_a_figure(session: Session) -> None:
    share = find(session, models.StatisticalClaim, "chinaocs:claim/leading-level")
    assert (share.value, share.qualifier, share.unit) == (Decimal("0.3333"), ValueQualifier.NEARLY, "share")
    assert [TechnologyLevel[level] for level in (share.category or "").split(", ")] == [
        TechnologyLevel.INTERNATIONAL_LEADING,
        TechnologyLevel.DOMESTIC_LEADING,
    ]
    assert list(TechnologyLevel) == [
        TechnologyLevel.INTERNATIONAL_LEADING,
        TechnologyLevel.INTERNATIONAL_ADVANCED,
        TechnologyLevel.DOMESTIC_LEADING,
        TechnologyLevel.DOMESTIC_ADVANCED,
    ]


def test_c20_amounts_are_exact_and_a_stated_conversion_is_kept(session: Session) -> None:
    amount = find(session, models.StatisticalClaim, "chinaocs:claim/signing/amount")
    assert amount.value is not None
    assert Money(amount.value, amount.unit) == Money.parse("1500000000 CNY")
    rate = find(session, models.ExchangeRate, "kunshan:rate/cny-usd")
    for project in ("zkmap", "dejia"):
        funds = find(session, models.Investment, f"kunshan:investment/angel/{project}")
        assert funds.investor_id is None, "the release names nobody"
        assert (funds.amount, funds.currency) == (Decimal(10_000_000), "CNY")
        assert (funds.stated_amount, funds.stated_currency) == (Decimal(1_370_000), "USD")
        assert funds.amount is not None
        assert funds.amount * rate.rate == funds.stated_amount
    gross = find(session, models.StatisticalClaim, "kunshan:claim/gdp")
    assert (gross.value, gross.unit, gross.qualifier) == (Decimal(500_000_000_000), "CNY", ValueQualifier.OVER)
