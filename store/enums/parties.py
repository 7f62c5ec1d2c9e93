"""Vocabularies of talents, organisations and investors."""

from store.enums.described import Described


class TalentCategory(Described):
    """Talent categories of the programmes."""

    ADVANCED_INNOVATION = "ADVANCED_INNOVATION", "Advanced innovation talent."
    SCIENTIFIC_ENTREPRENEUR = "SCIENTIFIC_ENTREPRENEUR", "Scientific entrepreneur."
    EXCELLENT_YOUNG = "EXCELLENT_YOUNG", "Excellent young talent."
    TOP_SCIENTIST = "TOP_SCIENTIST", "Academician or comparable scientist."


class OrganisationType(Described):
    """Types of organisations."""

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

    ANGEL = "ANGEL", "A person investing their own money."
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
