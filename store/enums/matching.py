"""Vocabularies of interest and of talks."""

from store.enums.described import Described


class InterestKind(Described):
    """Responses to a counterpart."""

    LIKE = "LIKE", "Interested."
    PASS = "PASS", "Not interested."
    BOOKMARK = "BOOKMARK", "Saved for later."


class PassReason(Described):
    """Reasons for passing."""

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
    """Who states the stage of talks."""

    COUNTERPART = "COUNTERPART", "The investor or place."
    PROJECT = "PROJECT", "The project's owner."
    ORGANISER = "ORGANISER", "An organiser, or a record loaded by the programme."


class MatchStage(Described):
    """Stages of the talks between a project and an investor or a place; the last four end or halt them."""

    SUGGESTED = "SUGGESTED", "Proposed by an organiser or a list; nobody has acted yet."
    SHORTLISTED = "SHORTLISTED", "On the short list of the investor or place; the project doesn't see it."
    CONTACTED = "CONTACTED", "The other side was approached, or an introduction requested."
    MUTUAL_INTEREST = "MUTUAL_INTEREST", "Both sides want to talk."
    MEETING_SCHEDULED = "MEETING_SCHEDULED", "A meeting has been arranged."
    MET = "MET", "They met for preliminary talks (初步洽谈)."
    INTENT = "INTENT", "They declared an intention (意向)."
    NEGOTIATION = "NEGOTIATION", "They are negotiating (洽谈)."
    DUE_DILIGENCE = "DUE_DILIGENCE", "The project is under due diligence (尽职调查)."
    TERM_SHEET = "TERM_SHEET", "Terms are in writing."
    SIGNED = "SIGNED", "A contract is signed (签约)."
    LANDED = "LANDED", "The project has settled in the place (落地)."
    FUNDED = "FUNDED", "The money was paid."
    TRACKING = "TRACKING", "The agreement is being followed up (跟踪)."
    PASSED = "PASSED", "The investor or place decided against it."
    ON_HOLD = "ON_HOLD", "Paused."
    EXPIRED = "EXPIRED", "A deadline passed."
    TERMINATED = "TERMINATED", "Either side broke off the talks."
