"""A few fictional records of every kind, written through the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import (
    DocumentKind,
    FundingStage,
    InterestKind,
    InvestorType,
    MappingRelation,
    MatchStage,
    NeedKind,
    NeedState,
    OrganisationType,
    PassReason,
    PlaceType,
    ProjectKind,
    ProjectStatus,
    Role,
    ScopeKind,
    SupportClass,
    TechnologyLevel,
    ValueQualifier,
    Visibility,
)
from tests.support import databases


@dataclass(frozen=True)
class SampleRecords:
    """Ids by short names, and an actor for each role."""

    ids: Mapping[str, str]
    actors: dict[Role, Actor]

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    @property
    def nodes(self) -> dict[str, str]:
        """Without rows of link tables that have no type of their own."""
        return {name: each for name, each in self.ids.items() if not each.startswith(("tkc_", "ivp_", "pyc_", "pyt_"))}

    def as_(self, role: Role) -> Actor:
        return self.actors[role]


class SampleCopies:
    """Makes the sample records once on SQLite and once on PostgreSQL; from then on databases are copied.

    ``shared`` as in `tests.support.databases.fresh`.
    """

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self._templates: dict[str, tuple[str, SampleRecords]] = {}
        self._open = ExitStack()

    def records(self, backend: str) -> SampleRecords:
        """What the copies on ``backend`` hold."""
        return self._template(backend)[1]

    @contextmanager
    def copy(self, backend: str) -> Iterator[str]:
        """The URL of a database with the samples, removed afterwards."""
        with databases.copied(self._template(backend)[0], self.shared) as url:
            yield url

    def close(self) -> None:
        """Remove the databases that were copied from."""
        self._open.close()

    def _template(self, backend: str) -> tuple[str, SampleRecords]:
        if backend not in self._templates:
            url = self._open.enter_context(databases.fresh(backend, self.shared))
            database = Database(url)
            try:
                self._templates[backend] = url, make_samples(database)
            finally:
                database.dispose()  # PostgreSQL copies no database to which somebody is connected
        return self._templates[backend]


def make_samples(database: Database) -> SampleRecords:
    ids: dict[str, str] = {}
    with database.write(Actor.system("tests")) as session:

        def add(name: str, row: models.Identified) -> str:
            session.add(row)
            session.flush()
            ids[name] = row.id
            return row.id

        china = add("china", models.Place(name={"en": "China", "zh": "中国"}, type=PlaceType.COUNTRY, code="CN"))
        jiangsu = add("jiangsu", models.Place(name={"en": "Jiangsu", "zh": "江苏"}, type=PlaceType.PROVINCE,
                                              parent_id=china, code="CN-32"))  # fmt: skip
        suzhou = add("suzhou", models.Place(name={"en": "Suzhou", "zh": "苏州"}, type=PlaceType.PREFECTURE_CITY,
                                            parent_id=jiangsu, code="320500"))  # fmt: skip
        kunshan = add("kunshan", models.Place(name={"en": "Kunshan", "zh": "昆山"}, parent_id=suzhou, code="320583",
                                              type=PlaceType.COUNTY_LEVEL_CITY))  # fmt: skip
        dalian = add("dalian", models.Place(name={"en": "Dalian", "zh": "大连"}, parent_id=china, code="210200",
                                            type=PlaceType.PREFECTURE_CITY))  # fmt: skip

        source = add("source", models.SourceDocument(title={"en": "A fictional notice"}, publisher="Example Daily",
                                                     published="2024-07", fictional=True))  # fmt: skip
        organisation = add("organisation", models.Organisation(name={"en": "Example Works"}, place_id=suzhou,
                           type=OrganisationType.ENTERPRISE, founded="2011", fictional=True))  # fmt: skip
        programme = add("programme", models.Programme(name={"en": "Example Week"}, place_id=kunshan, fictional=True))
        health = add("health_track", models.Track(programme_id=programme, code="health", ordinal=1,
                                                  name={"en": "Health", "zh": "健康"}))  # fmt: skip
        digital = add("digital_track", models.Track(programme_id=programme, code="digital", ordinal=2,
                                                    name={"en": "Digital", "zh": "数字"}))  # fmt: skip
        scheme = add("scheme", models.ConceptScheme(name={"en": "Example fields"}, programme_id=programme))
        other_scheme = add("other_scheme", models.ConceptScheme(name={"en": "Other fields"}))
        medicine = add("medicine", models.Concept(scheme_id=scheme, notation="medicine", name={"en": "Medicine"}))
        devices = add("devices", models.Concept(scheme_id=scheme, notation="devices", broader_id=medicine,
                                                name={"en": "Devices"}))  # fmt: skip
        life = add("life", models.Concept(scheme_id=other_scheme, notation="life", name={"en": "Life science"}))
        add("mapping", models.ConceptMapping(source_id=life, target_id=medicine, relation=MappingRelation.CLOSE))
        add("track_concept", models.TrackConcept(track_id=health, concept_id=medicine))

        owner = add("owner", models.Talent(name={"en": "Ada Example", "zh": "例爱达"}, email="ada@example.org",
                    nationality="GB", languages=["en"], place_id=suzhou, fictional=True,
                    degrees=[{"level": "doctor", "subject": "optics", "year": 2009}]))  # fmt: skip
        other = add("other_talent", models.Talent(name={"en": "Ben Example"}, email="ben@example.org", fictional=True))
        add("position", models.Position(talent_id=owner, organisation_id=organisation, title={"en": "Head"},
                                        starts="2020-H1"))  # fmt: skip

        series = add("series", models.EventSeries(name={"en": "Example series"}, programme_id=programme))
        edition = add("edition", models.EventEdition(series_id=series, name={"en": "Edition"}, year=2024, ordinal=3,
                                                     starts="2024-07", principles=[{"en": "Open"}]))  # fmt: skip
        event = add("event", models.Event(edition_id=edition, name={"en": "Final"}, type="FINAL", starts="2024-07-16",
                                          topics=[{"en": "Health"}]))  # fmt: skip

        lidar = add("lidar", models.Project(
            name={"en": "Beam", "zh": "光束"}, summary={"en": "Lidar for operating theatres", "zh": "手术室激光雷达"},
            status=ProjectStatus.PUBLISHED, organisation_id=organisation, owner_id=owner, origin_place_id=kunshan,
            edition_id=edition, technology_level=TechnologyLevel.INTERNATIONAL_LEADING, technology_readiness=6,
            funding_stage=FundingStage.SEED, ask_min=Decimal(1000000), ask_max=Decimal("5000000.50"),
            ask_currency="CNY", founded="2021-03", source_document_id=source, fictional=True,
        ))  # fmt: skip
        bank = add("bank", models.Project(
            name={"en": "Cell bank"}, summary={"en": "A bank of cells"}, funding_stage=FundingStage.SERIES_A,
            origin_place_id=dalian, ask_min=Decimal(200), ask_currency="USD", founded="2019", fictional=True,
        ))  # fmt: skip
        fund = add("fund", models.Project(name={"en": "Alpha fund"}, kind=ProjectKind.FUND, fictional=True))
        draft = add("draft", models.Project(name={"en": "Secret draft"}, summary={"en": "A secret lidar"},
                    status=ProjectStatus.DRAFT, owner_id=owner, origin_place_id=kunshan,
                    funding_stage=FundingStage.SEED, fictional=True))  # fmt: skip
        closed = add("closed", models.Project(name={"en": "For investors"}, visibility=Visibility.INVESTORS,
                                              origin_place_id=suzhou, fictional=True))  # fmt: skip
        archived = add("archived", models.Project(name={"en": "Gone"}, fictional=True))
        session.get_one(models.Project, archived).archived_at = models.base.now()
        for project, track in ((lidar, health), (lidar, digital), (bank, health), (draft, health)):
            session.add(models.ProjectTrack(project_id=project, track_id=track))
        for project, concept in ((lidar, devices), (bank, life), (draft, devices)):
            session.add(models.ProjectConcept(project_id=project, concept_id=concept))
        add("member", models.TeamMember(project_id=lidar, talent_id=owner, title={"en": "Founder"}, founder=True,
                                        equity_percent=Decimal("51.5")))  # fmt: skip
        add("other_member", models.TeamMember(project_id=bank, talent_id=other, equity_percent=Decimal(10)))
        add("preference", models.LandingPreference(project_id=lidar, place_id=dalian, weight=0.5))
        add("award", models.Award(project_id=lidar, event_id=event, title={"en": "First prize"}, rank=1, field_size=9))
        add("recommendation", models.Recommendation(project_id=lidar, organisation_id=organisation, edition_id=edition))
        add("participation", models.EventProject(event_id=event, project_id=lidar))
        add("draft_participation", models.EventProject(event_id=event, project_id=draft))
        add("person_role", models.EventPerson(event_id=event, talent_id=owner, role="SPEAKER"))
        add("organisation_role", models.EventOrganisation(event_id=event, organisation_id=organisation, role="HOST"))
        add("event_place", models.EventPlace(event_id=event, place_id=kunshan))
        session.add(models.EventConcept(event_id=event, concept_id=medicine))

        investor = add("investor", models.Investor(
            name={"en": "Example Capital", "zh": "范例资本"}, type=InvestorType.VENTURE_CAPITAL,
            thesis={"en": "We fund optics for medicine"}, stages=["SEED", "ANGEL"], cheque_min=Decimal(1000000),
            cheque_max=Decimal(9000000), cheque_currency="CNY", place_id=suzhou, fictional=True,
        ))  # fmt: skip
        rival = add("rival", models.Investor(name={"en": "Rival Partners"}, thesis={"en": "Cells"}, fictional=True))
        add("investor_track", models.InvestorTrack(investor_id=investor, track_id=health, weight=2.0))
        add("investor_industry", models.InvestorConcept(investor_id=investor, concept_id=medicine))
        add("excluded_industry", models.InvestorConcept(investor_id=investor, concept_id=life, excluded=True))
        add("investor_place", models.InvestorPlace(investor_id=investor, place_id=china))
        add("exclusion", models.InvestorExclusion(investor_id=investor, project_id=fund, note="no funds"))
        add("investment", models.Investment(investor_id=investor, project_id=bank, stage=FundingStage.SEED,
                                            amount=Decimal(3000000), currency="CNY", invested="2022-Q2"))  # fmt: skip
        add("draft_investment", models.Investment(investor_id=rival, project_id=draft))

        add("interest", models.Interest(subject_id=investor, project_id=bank, kind=InterestKind.PASS,
                                        reason=PassReason.STAGE, note="too early"))  # fmt: skip
        add("like", models.Interest(subject_id=investor, project_id=lidar, kind=InterestKind.LIKE, note="call them"))
        add("rival_interest", models.Interest(subject_id=rival, project_id=lidar, kind=InterestKind.PASS, note="no"))
        add("place_interest", models.Interest(subject_id=kunshan, project_id=lidar, kind=InterestKind.BOOKMARK))
        talks = add("match", models.Match(subject_id=investor, project_id=lidar, stage=MatchStage.MET,
                                          since="2024-07-16", note="second meeting in August"))  # fmt: skip
        add("short_list", models.MatchStep(match_id=talks, stage=MatchStage.SHORTLISTED, happened="2024-06"))
        add("meeting", models.MatchStep(match_id=talks, stage=MatchStage.MET, happened="2024-07-16"))
        secret = add("place_match", models.Match(subject_id=kunshan, project_id=lidar, stage=MatchStage.SHORTLISTED,
                                                 since="2024-07"))  # fmt: skip
        add("place_step", models.MatchStep(match_id=secret, stage=MatchStage.SHORTLISTED, happened="2024-07"))
        add("exposure", models.Exposure(subject_id=investor, project_id=lidar, channel="page"))
        text = {"en": "Its text is close.", "zh": "文本相近。"}
        part = {"block": "text", "points": 12.5, "weight": 1.0, "known": True, "declared": 12.5, "history": 0.0}
        kept = {"id": lidar, "rank": 1, "score": 62.5, "contributions": [{**part, "reason": text}], "reasons": [text],
                "gates": [{"gate": "stage", "passed": True, "reason": text}]}  # fmt: skip
        lines = [kept, {**kept, "id": bank, "rank": 2}]
        add("snapshot", models.RankingSnapshot(subject_id=investor, target="PROJECT", model_version="prior-1",
                                               weights={"text": 1.0}, data_position=7, items=lines,
                                               asked={"first": 2}, label="kept"))  # fmt: skip

        priority = add("priority", models.IndustryPriority(place_id=kunshan, name={"en": "Health"}, weight=2.0,
                                                           source_document_id=source))  # fmt: skip
        session.add(models.PriorityConcept(priority_id=priority, concept_id=medicine))
        session.add(models.PriorityTrack(priority_id=priority, track_id=health))
        add("need", models.MatchingNeed(place_id=kunshan, name={"en": "Optical sensors"}, kind=NeedKind.TECHNOLOGY,
                                        deadline="2025"))  # fmt: skip
        policy = add("policy", models.Policy(place_id=kunshan, name={"en": "Start-up grants", "zh": "创业资助"},
                     eligibility={"en": "Founders from abroad"}, valid_from="2024", valid_to="2026-06-30",
                     website="https://example.org/policy", organisation_id=organisation,
                     source_document_id=source, fictional=True))  # fmt: skip
        add("policy_concept", models.PolicyConcept(policy_id=policy, concept_id=medicine))
        add("policy_track", models.PolicyTrack(policy_id=policy, track_id=health))
        add("policy_support", models.PolicySupport(policy_id=policy, support_class=SupportClass.GRANT,
            label={"en": "Class A"}, value_min=Decimal(1000000), value_max=Decimal(5000000), value_currency="CNY",
            fictional=True))  # fmt: skip
        add("draft_need", models.MatchingNeed(place_id=kunshan, name={"en": "Secret need"}, kind=NeedKind.TALENT,
                                              state=NeedState.DRAFT))  # fmt: skip
        add("scenario", models.Scenario(place_id=kunshan, name={"en": "More health", "zh": "更多健康"}, shared=True,
                                        priority_weights={priority: 3.0}, industry_weights={devices: 0.5},
                                        block_weights={"track": 0.0}, pool={"track": [health]}))  # fmt: skip
        add("own_scenario", models.Scenario(place_id=kunshan, name={"en": "Secret plan"}))
        add("park", models.Park(place_id=kunshan, name={"en": "Example Park"}, resident_count=12))
        total = add("total", models.StatisticalClaim(subject_id=edition, measure="projects", unit="projects",
                    value=Decimal(228), qualifier=ValueQualifier.OVER, source_document_id=source))  # fmt: skip
        for field, value in (("health", 99), ("digital", 87)):
            session.add(models.StatisticalClaim(subject_id=edition, measure="projects", unit="projects", whole_id=total,
                        dimension="field", category=field, value=Decimal(value)))  # fmt: skip
        add("draft_claim", models.StatisticalClaim(subject_id=draft, measure="jobs", unit="people", value=Decimal(4)))
        add("rate", models.ExchangeRate(base="USD", quoted="CNY", rate=Decimal("7.3"), as_of="2024-07-16"))
        add("distinct_pair", models.DistinctPair(first_id=dalian, second_id=kunshan))
        add("correction", models.CorrectionRequest(subject_id=lidar, field="website", proposed="https://beam.example",
            reason="It is their address.", due_at=models.base.now()))  # fmt: skip
        add("merge", models.RecordMerge(entity_type="project", kept_id=lidar, gone_id=archived))
        add("term", models.UnmappedTerm(entity_id=lidar, term="photonics"))
        add("partnership", models.Partnership(organisation_id=organisation, partner_id=organisation))
        add("job", models.Job(kind="export", arguments={"connection": "projects"}, message="100 / 228"))
        account = models.Account(name="Somebody with an account", email="somebody@example.org")
        session.add(account)
        session.flush()
        add("notification", models.Notification(account_id=account.id, kind="job-failed", key="1",
                                                due_at=models.base.now(), subject="Private subject",
                                                text="Private text"))  # fmt: skip
        shown, hidden = {"visibility": Visibility.PUBLIC}, {"visibility": Visibility.OWNER}
        for name, project, given in (("document", lidar, shown), ("own_document", lidar, hidden),
                                     ("draft_document", draft, shown)):  # fmt: skip
            add(name, models.Document(subject_id=project, kind=DocumentKind.DECK, file_name="deck.pdf", size=9,
                                      media_type="application/pdf", sha256="0" * 64, caption={"en": "Slides"},
                                      **given))  # fmt: skip
        ids.setdefault("closed", closed)
        account = models.Account(name="Scoped organiser", email="organiser@example.org")
        session.add(account)
        session.flush()
        session.add(models.Membership(account_id=account.id, role=Role.ORGANISER, scope_kind=ScopeKind.PROGRAMME,
                                      scope_id=programme))  # fmt: skip
    actors = {role: Actor(role, id=f"key of {role}") for role in Role}
    actors[Role.PUBLIC] = Actor.public()
    for role, subject in ((Role.TALENT, "owner"), (Role.INVESTOR, "investor"), (Role.PLANNER, "kunshan")):
        actors[role] = Actor(role, id=f"key of {role}", subject_id=ids[subject])
    actors[Role.SCOPED_ORGANISER] = Actor(Role.SCOPED_ORGANISER, id="key of SCOPED_ORGANISER", subject_id=account.id)
    return SampleRecords(MappingProxyType(ids), actors)  # the same for all tests
