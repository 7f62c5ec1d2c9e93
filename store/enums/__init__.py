"""The domain's closed vocabularies. The API shows each member's description."""

from store.enums.described import Described
from store.enums.documents import DocumentKind
from store.enums.events import EventLevel, EventMode, EventStatus, EventType, OrganisationRole, PersonRole
from store.enums.jobs import ImportFile, JobState
from store.enums.matching import InterestKind, MatchParty, MatchStage, PassReason
from store.enums.notifications import AttemptOutcome, MessageState, NotificationState
from store.enums.parties import InvestorType, OrganisationType, TalentCategory
from store.enums.places import ChainAction, MappingRelation, NeedKind, NeedState, PlaceType, PriorityTier, SupportClass
from store.enums.projects import ContractType, FundingStage, ProjectKind, ProjectStatus, TechnologyLevel
from store.enums.records import (
    AssignmentOrigin,
    CorrectionState,
    DatePrecision,
    Operation,
    Role,
    ScopeKind,
    TermState,
    ValueQualifier,
    Visibility,
)

__all__ = [
    "AssignmentOrigin",
    "AttemptOutcome",
    "ChainAction",
    "ContractType",
    "CorrectionState",
    "DatePrecision",
    "Described",
    "DocumentKind",
    "EventLevel",
    "EventMode",
    "EventStatus",
    "EventType",
    "FundingStage",
    "ImportFile",
    "InterestKind",
    "InvestorType",
    "JobState",
    "MappingRelation",
    "MatchParty",
    "MatchStage",
    "MessageState",
    "NeedKind",
    "NeedState",
    "NotificationState",
    "Operation",
    "OrganisationRole",
    "OrganisationType",
    "PassReason",
    "PersonRole",
    "PlaceType",
    "PriorityTier",
    "ProjectKind",
    "ProjectStatus",
    "Role",
    "ScopeKind",
    "SupportClass",
    "TalentCategory",
    "TechnologyLevel",
    "TermState",
    "ValueQualifier",
    "Visibility",
]
