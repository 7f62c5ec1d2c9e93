"""Vocabularies of projects and their contracts."""

from store.enums.described import Described


class ProjectStatus(Described):
    """Lifecycle of a project's record."""

    DRAFT = "DRAFT", "Being written; only its owner and organisers see it."
    PUBLISHED = "PUBLISHED", "Offered to those who may see it."
    LANDED = "LANDED", "Signed and settled in a place; still shown."
    WITHDRAWN = "WITHDRAWN", "Withdrawn by its owner; no longer offered."


class ProjectKind(Described):
    """Kinds of projects in the programmes, not only start-ups."""

    STARTUP = "STARTUP", "A start-up or a founding team."
    TECHNOLOGY_RND = "TECHNOLOGY_RND", "A technology research and development project."
    PRODUCT = "PRODUCT", "A product line looking for a location."
    PLATFORM = "PLATFORM", "A digital or industrial platform."
    ACCELERATOR = "ACCELERATOR", "An accelerator, incubator or innovation centre."
    FUND = "FUND", "An industry or cross-border fund."
    STRATEGIC_COOPERATION = "STRATEGIC_COOPERATION", "A cooperation agreement."


class FundingStage(Described):
    """Funding stages; the first ten are in order."""

    IDEA = "IDEA", "Before a company or funding exists."
    PRE_SEED = "PRE_SEED", "Pre-seed."
    SEED = "SEED", "Seed."
    ANGEL = "ANGEL", "Angel round."
    PRE_A = "PRE_A", "Between angel and series A."
    SERIES_A = "SERIES_A", "Series A."
    SERIES_B = "SERIES_B", "Series B."
    SERIES_C = "SERIES_C", "Series C."
    SERIES_D_PLUS = "SERIES_D_PLUS", "Series D and later."
    PRE_IPO = "PRE_IPO", "Before an initial public offering."
    PUBLIC = "PUBLIC", "Listed."
    STRATEGIC = "STRATEGIC", "Strategic investment by a company."
    GRANT = "GRANT", "Grants."
    DEBT = "DEBT", "Debt."


class TechnologyLevel(Described):
    """The programmes' appraisal scale, highest first."""

    INTERNATIONAL_LEADING = "INTERNATIONAL_LEADING", "Internationally leading (国际领先)."
    INTERNATIONAL_ADVANCED = "INTERNATIONAL_ADVANCED", "Internationally advanced (国际先进)."
    DOMESTIC_LEADING = "DOMESTIC_LEADING", "Leading in the country (国内领先)."
    DOMESTIC_ADVANCED = "DOMESTIC_ADVANCED", "Advanced in the country (国内先进)."


class ContractType(Described):
    """Kinds of contracts."""

    PROJECT_LANDING = "PROJECT_LANDING", "A project settles in a place."
    COOPERATION = "COOPERATION", "Cooperation."
    STRATEGIC_AGREEMENT = "STRATEGIC_AGREEMENT", "A strategic agreement."
    FUND = "FUND", "A fund is established."
    INVESTMENT = "INVESTMENT", "An investment."
    TALENT = "TALENT", "Talents."
    FRAMEWORK = "FRAMEWORK", "A framework agreement (框架合作协议)."
