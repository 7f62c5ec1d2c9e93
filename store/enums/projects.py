"""Vocabularies of projects and their contracts."""

from store.enums.described import Described


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


class ContractType(Described):
    """Kinds of contracts."""

    PROJECT_LANDING = "PROJECT_LANDING", "A project settles in a place."
    COOPERATION = "COOPERATION", "Cooperation."
    STRATEGIC_AGREEMENT = "STRATEGIC_AGREEMENT", "A strategic agreement."
    FUND = "FUND", "A fund is set up."
    INVESTMENT = "INVESTMENT", "An investment."
    TALENT = "TALENT", "Talents."
    FRAMEWORK = "FRAMEWORK", "A framework agreement (框架合作协议)."
