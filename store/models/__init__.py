"""Core's tables. `ENTITIES` maps an id's prefix to its model."""

from store.models.accounts import (
    Account,
    AccountIdentity,
    AccountSession,
    Invitation,
    Membership,
    ProviderRequest,
    RecoveryCode,
    SecondFactor,
    SignInToken,
)
from store.models.base import Base, Editable, Extension, Grant, Identified, Named
from store.models.concepts import Concept, ConceptMapping, ConceptScheme, UnmappedTerm
from store.models.corrections import CorrectionRequest
from store.models.documents import Document
from store.models.events import (
    Event,
    EventConcept,
    EventEdition,
    EventOrganisation,
    EventPerson,
    EventPlace,
    EventProject,
    EventSeries,
)
from store.models.evidence import ExchangeRate, SourceDocument, StatisticalClaim
from store.models.feedback import Exposure, Interest, RankingSnapshot
from store.models.investors import (
    Investment,
    Investor,
    InvestorConcept,
    InvestorExclusion,
    InvestorPlace,
    InvestorTrack,
)
from store.models.jobs import Job
from store.models.learning import LearnedModel
from store.models.matches import Match, MatchStep
from store.models.notifications import (
    Notification,
    NotificationAddress,
    NotificationPreference,
    OutboxAttempt,
    OutboxMessage,
)
from store.models.organisations import Organisation, OrganisationConcept, Partnership
from store.models.places import Place
from store.models.planning import (
    IndustryPriority,
    MatchingNeed,
    NeedConcept,
    Park,
    ParkConcept,
    PriorityConcept,
    PriorityTrack,
    Scenario,
)
from store.models.policies import Policy, PolicyConcept, PolicySupport, PolicyTrack
from store.models.programmes import Programme, Track, TrackConcept
from store.models.projects import (
    Award,
    LandingPreference,
    Project,
    ProjectConcept,
    ProjectTrack,
    Recommendation,
    TeamMember,
)
from store.models.system import (
    ApiKey,
    Change,
    ChangeArchive,
    ChangeCursor,
    DeadLetter,
    DistinctPair,
    Embedding,
    ErasedKey,
    ExternalId,
    IdempotentCall,
    InstallationKey,
    PluginRecord,
    RecordMerge,
    SearchDocument,
)
from store.models.talents import Position, Talent, TalentConcept

__all__ = [
    "ENTITIES",
    "Account",
    "AccountIdentity",
    "AccountSession",
    "ApiKey",
    "Award",
    "Base",
    "Change",
    "ChangeArchive",
    "ChangeCursor",
    "Concept",
    "ConceptMapping",
    "ConceptScheme",
    "CorrectionRequest",
    "DeadLetter",
    "DistinctPair",
    "Document",
    "Editable",
    "Embedding",
    "ErasedKey",
    "Event",
    "EventConcept",
    "EventEdition",
    "EventOrganisation",
    "EventPerson",
    "EventPlace",
    "EventProject",
    "EventSeries",
    "ExchangeRate",
    "Exposure",
    "Extension",
    "ExternalId",
    "Grant",
    "IdempotentCall",
    "Identified",
    "IndustryPriority",
    "InstallationKey",
    "Interest",
    "Investment",
    "Investor",
    "InvestorConcept",
    "InvestorExclusion",
    "InvestorPlace",
    "InvestorTrack",
    "Invitation",
    "Job",
    "LandingPreference",
    "LearnedModel",
    "Match",
    "MatchStep",
    "MatchingNeed",
    "Membership",
    "Named",
    "NeedConcept",
    "Notification",
    "NotificationAddress",
    "NotificationPreference",
    "Organisation",
    "OrganisationConcept",
    "OutboxAttempt",
    "OutboxMessage",
    "Park",
    "ParkConcept",
    "Partnership",
    "Place",
    "PluginRecord",
    "Policy",
    "PolicyConcept",
    "PolicySupport",
    "PolicyTrack",
    "Position",
    "PriorityConcept",
    "PriorityTrack",
    "Programme",
    "Project",
    "ProjectConcept",
    "ProjectTrack",
    "ProviderRequest",
    "RankingSnapshot",
    "Recommendation",
    "RecordMerge",
    "RecoveryCode",
    "Scenario",
    "SearchDocument",
    "SecondFactor",
    "SignInToken",
    "SourceDocument",
    "StatisticalClaim",
    "Talent",
    "TalentConcept",
    "TeamMember",
    "Track",
    "TrackConcept",
    "UnmappedTerm",
]

ENTITIES: dict[str, type[Identified]] = {
    mapper.class_.prefix: mapper.class_
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    if issubclass(mapper.class_, Identified)
}
