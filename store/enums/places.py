"""Vocabularies of places, their plans, and concepts."""

from store.enums.described import Described


class PlaceType(Described):
    """Kinds of places."""

    COUNTRY = "COUNTRY", "A country or region with its own code."
    PROVINCE = "PROVINCE", "A province, state, autonomous region or municipality directly under the government."
    PREFECTURE_CITY = "PREFECTURE_CITY", "A city below a province; outside China, a city."
    COUNTY_LEVEL_CITY = "COUNTY_LEVEL_CITY", "A city under the jurisdiction of another city."
    DISTRICT = "DISTRICT", "A district or county."
    DEVELOPMENT_ZONE = "DEVELOPMENT_ZONE", "A high-tech or development zone."
    INFORMAL_REGION = "INFORMAL_REGION", "A region without an administration, such as Silicon Valley."


class PriorityTier(Described):
    """The weight class of a place's industry priority."""

    PILLAR = "PILLAR", "A pillar industry."
    EMERGING = "EMERGING", "An emerging industry."
    FUTURE = "FUTURE", "An industry of the future."
    TRADITIONAL = "TRADITIONAL", "A traditional industry to be upgraded."


class ChainAction(Described):
    """A place's intention for an industrial chain."""

    STRENGTHEN = "STRENGTHEN", "Strengthen it (强链)."
    COMPLEMENT = "COMPLEMENT", "Fill its gaps (补链)."
    EXTEND = "EXTEND", "Extend it (延链)."
    BUILD = "BUILD", "Build it (建链)."


class NeedKind(Described):
    """What a place or an organisation looks for."""

    TECHNOLOGY = "TECHNOLOGY", "A technology (技术需求)."
    TALENT = "TALENT", "Talents (人才需求)."
    PROJECT = "PROJECT", "Projects that would settle."
    CAPITAL = "CAPITAL", "Capital."
    COOPERATION = "COOPERATION", "Cooperation."


class NeedState(Described):
    """Lifecycle of a need."""

    DRAFT = "DRAFT", "Being written."
    PUBLISHED = "PUBLISHED", "Open."
    IN_NEGOTIATION = "IN_NEGOTIATION", "Being negotiated."
    FULFILLED = "FULFILLED", "Met."
    EXPIRED = "EXPIRED", "Past its deadline."
    WITHDRAWN = "WITHDRAWN", "Taken back."


class SupportClass(Described):
    """What a policy gives."""

    GRANT = "GRANT", "Money that isn't paid back: start-up, research and settlement grants (资助)."
    TALENT_SUBSIDY = "TALENT_SUBSIDY", "Money for persons: allowances, salaries, family and schooling (人才补贴)."
    TAX = "TAX", "Taxes waived, lowered or refunded (税收优惠)."
    SPACE = "SPACE", "Offices, laboratories or workshops, free or at a lower rent (场地)."
    HOUSING = "HOUSING", "Flats, or money for rent and purchase (住房)."
    LOAN = "LOAN", "Loans, guarantees, and interest paid for them (贷款贴息)."
    EQUITY = "EQUITY", "Money of a public fund for a share (股权投资)."
    SERVICE = "SERVICE", "Services: registration, residence, patents, training (服务)."
    OTHER = "OTHER", "Anything else."


class MappingRelation(Described):
    """How two concepts of different schemes relate (SKOS mapping properties)."""

    EXACT = "EXACT", "The same (skos:exactMatch)."
    CLOSE = "CLOSE", "Nearly the same (skos:closeMatch)."
    BROAD = "BROAD", "The target is broader (skos:broadMatch)."
    NARROW = "NARROW", "The target is narrower (skos:narrowMatch)."
    RELATED = "RELATED", "Related (skos:relatedMatch)."
