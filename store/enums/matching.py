"""Vocabularies of interest and of talks."""

from store.enums.described import Described


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


class MatchParty(Described):
    """Who states how far talks are."""

    COUNTERPART = "COUNTERPART", "The investor or place."
    PROJECT = "PROJECT", "The project's owner."
    ORGANISER = "ORGANISER", "An organiser, or a record that the programme loaded."


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
