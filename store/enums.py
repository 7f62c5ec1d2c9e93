"""The field's closed vocabularies. Each member's docstring-like description is what the API shows."""

from enum import StrEnum


class Described(StrEnum):
    """A text enum whose members carry a description: `NAME = "NAME", "what it means"`."""

    description: str

    def __new__(cls, value: str, description: str) -> "Described":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    def __str__(self) -> str:
        return str(self.value)


class Role(Described):
    """What an actor may be."""

    PUBLIC = "PUBLIC", "Anyone, without a key."
    TALENT = "TALENT", "A talent or a project's owner."
    INVESTOR = "INVESTOR", "Acts for one investor."
    PLANNER = "PLANNER", "Acts for one place: a municipal planner."
    REVIEWER = "REVIEWER", "Reads and reviews projects for a programme."
    ORGANISER = "ORGANISER", "Runs programmes: reads and edits everything but keys."
    ADMIN = "ADMIN", "May do everything."


class DatePrecision(Described):
    """How exactly a date is known."""

    YEAR = "YEAR", "A year."
    HALF = "HALF", "A half of a year."
    QUARTER = "QUARTER", "A quarter of a year."
    MONTH = "MONTH", "A month."
    PART_OF_MONTH = "PART_OF_MONTH", "The early, middle or late part of a month."
    DAY = "DAY", "A day."


class Visibility(Described):
    """Who may see a project."""

    PUBLIC = "PUBLIC", "Everyone."
    PARTICIPANTS = "PARTICIPANTS", "Everyone with a key."
    INVESTORS = "INVESTORS", "Investors, planners, reviewers and organisers."
    ORGANISERS = "ORGANISERS", "Organisers only."
    OWNER = "OWNER", "Its owner and organisers."


class ProjectStatus(Described):
    """Where a project's record is in its life."""

    DRAFT = "DRAFT", "Being written; only its owner and organisers see it."
    PUBLISHED = "PUBLISHED", "Offered to those who may see it."
    LANDED = "LANDED", "Signed and settled in a place; still shown."
    WITHDRAWN = "WITHDRAWN", "Taken back by its owner; not offered any more."


class ProjectKind(Described):
    """What is called a project in the programmes: not only start-ups."""

    STARTUP = "STARTUP", "A start-up or a founding team."
    TECHNOLOGY_RND = "TECHNOLOGY_RND", "A technology research and development project."
    PRODUCT = "PRODUCT", "A product line looking for a place."
    PLATFORM = "PLATFORM", "A digital or industrial platform."
    ACCELERATOR = "ACCELERATOR", "An accelerator, incubator or innovation centre."
    FUND = "FUND", "An industry or cross-border fund."
    STRATEGIC_COOPERATION = "STRATEGIC_COOPERATION", "A cooperation agreement."


class FundingStage(Described):
    """Stage of financing; the first ten are in order."""

    IDEA = "IDEA", "Before any company or funding."
    PRE_SEED = "PRE_SEED", "Pre-seed."
    SEED = "SEED", "Seed."
    ANGEL = "ANGEL", "Angel round."
    PRE_A = "PRE_A", "Between angel and series A."
    SERIES_A = "SERIES_A", "Series A."
    SERIES_B = "SERIES_B", "Series B."
    SERIES_C = "SERIES_C", "Series C."
    SERIES_D_PLUS = "SERIES_D_PLUS", "Series D and later."
    PRE_IPO = "PRE_IPO", "Before going public."
    PUBLIC = "PUBLIC", "Listed."
    STRATEGIC = "STRATEGIC", "Strategic investment by a company."
    GRANT = "GRANT", "Grants."
    DEBT = "DEBT", "Debt."


class TechnologyLevel(Described):
    """The scale of appraisal used by the programmes, highest first."""

    INTERNATIONAL_LEADING = "INTERNATIONAL_LEADING", "Internationally leading (国际领先)."
    INTERNATIONAL_ADVANCED = "INTERNATIONAL_ADVANCED", "Internationally advanced (国际先进)."
    DOMESTIC_LEADING = "DOMESTIC_LEADING", "Leading in the country (国内领先)."
    DOMESTIC_ADVANCED = "DOMESTIC_ADVANCED", "Advanced in the country (国内先进)."


class AssignmentOrigin(Described):
    """Who says that a project belongs to a track or a concept."""

    DECLARED = "DECLARED", "Stated by its owner."
    SUGGESTED = "SUGGESTED", "Suggested by a classifier, not confirmed."
    CONFIRMED = "CONFIRMED", "Confirmed by an organiser."


class TalentCategory(Described):
    """Categories of talents of the programmes."""

    ADVANCED_INNOVATION = "ADVANCED_INNOVATION", "Advanced innovation talent."
    SCIENTIFIC_ENTREPRENEUR = "SCIENTIFIC_ENTREPRENEUR", "Scientific entrepreneur."
    EXCELLENT_YOUNG = "EXCELLENT_YOUNG", "Excellent young talent."
    TOP_SCIENTIST = "TOP_SCIENTIST", "Academician or comparable scientist."


class OrganisationType(Described):
    """What an organisation is."""

    ENTERPRISE = "ENTERPRISE", "A company."
    UNIVERSITY = "UNIVERSITY", "An institution of higher education."
    RESEARCH_INSTITUTE = "RESEARCH_INSTITUTE", "A research institute."
    INVESTMENT_INSTITUTION = "INVESTMENT_INSTITUTION", "An investment institution."
    GOVERNMENT = "GOVERNMENT", "A government or party body, or a zone's administration."
    ASSOCIATION = "ASSOCIATION", "An association or chamber."
    STATION = "STATION", "An overseas workstation or representative office of a programme."
    RECOMMENDATION_CHANNEL = "RECOMMENDATION_CHANNEL", "An organisation that recommends entrants."
    MEDIA = "MEDIA", "A publisher."
    OTHER = "OTHER", "Anything else."


class InvestorType(Described):
    """Kinds of investors."""

    ANGEL = "ANGEL", "A person investing own money."
    VENTURE_CAPITAL = "VENTURE_CAPITAL", "A venture capital firm."
    PRIVATE_EQUITY = "PRIVATE_EQUITY", "A private equity firm."
    CORPORATE_VENTURE = "CORPORATE_VENTURE", "A corporate venture unit."
    FAMILY_OFFICE = "FAMILY_OFFICE", "A family office."
    GOVERNMENT_GUIDANCE_FUND = "GOVERNMENT_GUIDANCE_FUND", "A government guidance fund."
    ANGEL_FUND = "ANGEL_FUND", "An angel fund."
    INDUSTRY_FUND = "INDUSTRY_FUND", "An industry fund."
    ACCELERATOR = "ACCELERATOR", "An accelerator that invests."
    BANK = "BANK", "A bank."
    OTHER = "OTHER", "Another kind, or not stated."


class PlaceType(Described):
    """Kinds of places."""

    COUNTRY = "COUNTRY", "A country or region with a code of its own."
    PROVINCE = "PROVINCE", "A province, state, autonomous region or municipality directly under the government."
    PREFECTURE_CITY = "PREFECTURE_CITY", "A city below a province; outside China, a city."
    COUNTY_LEVEL_CITY = "COUNTY_LEVEL_CITY", "A city under the jurisdiction of another city."
    DISTRICT = "DISTRICT", "A district or county."
    DEVELOPMENT_ZONE = "DEVELOPMENT_ZONE", "A high-tech or development zone."
    INFORMAL_REGION = "INFORMAL_REGION", "A region without an administration, such as Silicon Valley."


class EventType(Described):
    """Kinds of events."""

    SUMMIT = "SUMMIT", "A summit or conference."
    ENTREPRENEURSHIP_WEEK = "ENTREPRENEURSHIP_WEEK", "A week of events."
    ROADSHOW = "ROADSHOW", "Projects present themselves."
    SIGNING_CEREMONY = "SIGNING_CEREMONY", "Contracts are signed, often collectively."
    CLOUD_SIGNING = "CLOUD_SIGNING", "Contracts are signed online."
    CLOUD_EXCHANGE = "CLOUD_EXCHANGE", "An exchange held online."
    FORUM = "FORUM", "A forum."
    EXCHANGE_MEETING = "EXCHANGE_MEETING", "A meeting for exchange."
    EXHIBITION = "EXHIBITION", "An exhibition."
    PRODUCT_RELEASE = "PRODUCT_RELEASE", "A product is released."
    POLICY_RELEASE = "POLICY_RELEASE", "A policy is presented."
    PROMOTION_MEETING = "PROMOTION_MEETING", "A place or programme is introduced."
    COMPETITION = "COMPETITION", "A competition."
    REGISTRATION = "REGISTRATION", "A window for registration."
    PRELIMINARY_REVIEW = "PRELIMINARY_REVIEW", "First review of entries."
    DEFENCE = "DEFENCE", "Entrants defend their projects."
    FINAL = "FINAL", "A final."
    AWARD_CEREMONY = "AWARD_CEREMONY", "Awards are given."
    MATCHING_NEGOTIATION = "MATCHING_NEGOTIATION", "Projects and places negotiate."
    TRACKING = "TRACKING", "Follow-up of matches."
    INTERNSHIP = "INTERNSHIP", "Internships."
    OPENING_CEREMONY = "OPENING_CEREMONY", "An opening ceremony."
    UNVEILING = "UNVEILING", "A facility is unveiled."
    OTHER = "OTHER", "Another kind."


class EventMode(Described):
    """How an event is held."""

    ONSITE = "ONSITE", "In one place."
    ONLINE = "ONLINE", "Online."
    ONLINE_LIVE = "ONLINE_LIVE", "Broadcast live."
    HYBRID = "HYBRID", "On site and online."


class EventStatus(Described):
    """Whether an event has been held."""

    PLANNED = "PLANNED", "Announced."
    HELD = "HELD", "Held."
    CANCELLED = "CANCELLED", "Called off."


class EventLevel(Described):
    """Level of a series of events."""

    NATIONAL = "NATIONAL", "National."
    PROVINCIAL = "PROVINCIAL", "Provincial."
    MUNICIPAL = "MUNICIPAL", "Municipal."
    DISTRICT = "DISTRICT", "Of a district."


class OrganisationRole(Described):
    """What an organisation does in an event."""

    HOST = "HOST", "Hosts or sponsors."
    ORGANISER = "ORGANISER", "Organises."
    CO_ORGANISER = "CO_ORGANISER", "Organises together with others."
    GUIDING_UNIT = "GUIDING_UNIT", "Guides."
    IMPLEMENTER = "IMPLEMENTER", "Carries out."
    SUPPORTER = "SUPPORTER", "Supports."
    RECOMMENDATION_CHANNEL = "RECOMMENDATION_CHANNEL", "Recommends entrants."
    VENUE = "VENUE", "Gives the venue."
    STATION = "STATION", "Is an overseas station of the series."
    PARTICIPANT = "PARTICIPANT", "Takes part."
    SIGNATORY = "SIGNATORY", "Signs."
    PUBLISHER = "PUBLISHER", "Publishes."


class PersonRole(Described):
    """What a person does in an event."""

    SPEAKER = "SPEAKER", "Speaks."
    WITNESS = "WITNESS", "Witnesses a signing."
    SIGNATORY = "SIGNATORY", "Signs."
    ATTENDEE = "ATTENDEE", "Attends."
    JUDGE = "JUDGE", "Judges."
    PRESENTER = "PRESENTER", "Presents a project."
    ORGANISER = "ORGANISER", "Organises."


class PriorityTier(Described):
    """The weight class of a place's industry priority."""

    PILLAR = "PILLAR", "A pillar industry."
    EMERGING = "EMERGING", "An emerging industry."
    FUTURE = "FUTURE", "An industry of the future."
    TRADITIONAL = "TRADITIONAL", "A traditional industry to be upgraded."


class ChainAction(Described):
    """What a place wants to do with an industrial chain."""

    STRENGTHEN = "STRENGTHEN", "Strengthen it (强链)."
    COMPLEMENT = "COMPLEMENT", "Fill its gaps (补链)."
    EXTEND = "EXTEND", "Extend it (延链)."
    BUILD = "BUILD", "Build it (建链)."


class NeedKind(Described):
    """What a place or an organisation looks for."""

    TECHNOLOGY = "TECHNOLOGY", "A technology (技术需求)."
    TALENT = "TALENT", "Talents (人才需求)."
    PROJECT = "PROJECT", "Projects that settle."
    CAPITAL = "CAPITAL", "Capital."
    COOPERATION = "COOPERATION", "Cooperation."


class NeedState(Described):
    """Where a need is in its life."""

    DRAFT = "DRAFT", "Being written."
    PUBLISHED = "PUBLISHED", "Open."
    IN_NEGOTIATION = "IN_NEGOTIATION", "Being negotiated."
    FULFILLED = "FULFILLED", "Met."
    EXPIRED = "EXPIRED", "Past its deadline."
    WITHDRAWN = "WITHDRAWN", "Taken back."


class MappingRelation(Described):
    """How two concepts of different schemes relate (SKOS mapping properties)."""

    EXACT = "EXACT", "The same (skos:exactMatch)."
    CLOSE = "CLOSE", "Nearly the same (skos:closeMatch)."
    BROAD = "BROAD", "The target is broader (skos:broadMatch)."
    NARROW = "NARROW", "The target is narrower (skos:narrowMatch)."
    RELATED = "RELATED", "Related (skos:relatedMatch)."


class ValueQualifier(Described):
    """How a published figure is meant."""

    EXACT = "EXACT", "As stated."
    OVER = "OVER", "More than."
    ABOUT = "ABOUT", "About, around."
    NEARLY = "NEARLY", "Nearly, almost."
    AT_MOST = "AT_MOST", "At most."
    RUNNING_TOTAL = "RUNNING_TOTAL", "So far: a count that goes on."


class ContractType(Described):
    """Kinds of contracts."""

    PROJECT_LANDING = "PROJECT_LANDING", "A project settles in a place."
    COOPERATION = "COOPERATION", "Cooperation."
    STRATEGIC_AGREEMENT = "STRATEGIC_AGREEMENT", "A strategic agreement."
    FUND = "FUND", "A fund is set up."
    INVESTMENT = "INVESTMENT", "An investment."
    TALENT = "TALENT", "Talents."
    FRAMEWORK = "FRAMEWORK", "A framework agreement (框架合作协议)."


class InterestKind(Described):
    """What one says of a counterpart."""

    LIKE = "LIKE", "Interested."
    PASS = "PASS", "Not interested."
    BOOKMARK = "BOOKMARK", "To be looked at later."


class PassReason(Described):
    """Why one passes."""

    OUT_OF_MANDATE = "OUT_OF_MANDATE", "Outside the mandate."
    STAGE = "STAGE", "Too early or too late."
    GEOGRAPHY = "GEOGRAPHY", "The wrong place."
    CHEQUE_SIZE = "CHEQUE_SIZE", "The wrong size."
    TERMS = "TERMS", "The terms."
    TEAM = "TEAM", "The team."
    MARKET = "MARKET", "The market."
    TECHNOLOGY = "TECHNOLOGY", "The technology."
    TIMING = "TIMING", "The wrong time."
    PORTFOLIO_CONFLICT = "PORTFOLIO_CONFLICT", "Conflicts with the portfolio."
    ALREADY_KNOWN = "ALREADY_KNOWN", "Known already."
    OTHER = "OTHER", "Another reason."


class MatchStage(Described):
    """How far the talks between a project and an investor or a place are; the last four end or halt them."""

    SUGGESTED = "SUGGESTED", "Proposed by an organiser or a list; nobody has done anything yet."
    SHORTLISTED = "SHORTLISTED", "The investor or place has it on its short list; the project isn't told."
    CONTACTED = "CONTACTED", "The other side was approached, or an introduction asked for."
    MUTUAL_INTEREST = "MUTUAL_INTEREST", "Both sides want to talk."
    MEETING_SCHEDULED = "MEETING_SCHEDULED", "A meeting has been arranged."
    MET = "MET", "They met for preliminary talks (初步洽谈)."
    INTENT = "INTENT", "They stated an intention (意向)."
    NEGOTIATION = "NEGOTIATION", "They negotiate (洽谈)."
    DUE_DILIGENCE = "DUE_DILIGENCE", "The project is being examined (尽职调查)."
    TERM_SHEET = "TERM_SHEET", "Terms are on paper."
    SIGNED = "SIGNED", "A contract is signed (签约)."
    LANDED = "LANDED", "The project has settled in the place (落地)."
    FUNDED = "FUNDED", "The money was paid."
    TRACKING = "TRACKING", "What was agreed is being followed up (跟踪)."
    PASSED = "PASSED", "The investor or place has decided against it."
    ON_HOLD = "ON_HOLD", "Nothing happens for now."
    EXPIRED = "EXPIRED", "A term ran out."
    TERMINATED = "TERMINATED", "The talks were broken off, by whichever side."


class Operation(Described):
    """What a write did to an entity."""

    CREATE = "CREATE", "Created."
    UPDATE = "UPDATE", "Changed."
    ARCHIVE = "ARCHIVE", "Archived; can be restored."
    RESTORE = "RESTORE", "Restored from the archive."
    DELETE = "DELETE", "Removed: a part of another entity, or purged."
    ERASE = "ERASE", "Personal data erased; the log keeps no data."
