"""Vocabularies of every record: roles, visibility, operations, precision."""

from store.enums.described import Described, Open


class Role(Open):
    """What an actor may be."""

    PUBLIC = "PUBLIC", "Anyone, without a key."
    TALENT = "TALENT", "A talent, or whoever acts for a project or for an organisation with projects."
    INVESTOR = "INVESTOR", "Acts for one investor."
    PLANNER = "PLANNER", "Acts for one place: a municipal planner."
    REVIEWER = "REVIEWER", "Reads and reviews projects for a programme."
    SCOPED_ORGANISER = (
        "SCOPED_ORGANISER",
        "Organises some programmes, series or editions: reads and edits what belongs to them.",
    )
    ORGANISER = "ORGANISER", "Runs the installation's programmes: reads and edits everything but keys."
    ADMIN = "ADMIN", "May do everything."


class ScopeKind(Open):
    """What a membership holds for."""

    INSTALLATION = "INSTALLATION", "Everything here."
    PROGRAMME = "PROGRAMME", "A programme with its series, editions, events, tracks and projects."
    SERIES = "SERIES", "A series with its editions, events and projects."
    EDITION = "EDITION", "An edition with its events and projects."
    TRACK = "TRACK", "A track of a programme."
    PLACE = "PLACE", "A place."
    INVESTOR = "INVESTOR", "An investor."
    TALENT = "TALENT", "A person's own record, and the projects that the person owns."
    PROJECT = "PROJECT", "A project."
    ORGANISATION = "ORGANISATION", "An organisation, and the projects that it is behind."


class Visibility(Described):
    """Who may see a project or a document."""

    PUBLIC = "PUBLIC", "Everyone."
    PARTICIPANTS = "PARTICIPANTS", "Everyone with a key."
    INVESTORS = "INVESTORS", "Investors, planners, reviewers and organisers of any programme."
    ORGANISERS = "ORGANISERS", "Organisers only."
    OWNER = "OWNER", "Its owner and organisers."


class Operation(Described):
    """What a write did to an entity."""

    CREATE = "CREATE", "Created."
    UPDATE = "UPDATE", "Changed."
    ARCHIVE = "ARCHIVE", "Archived; can be restored."
    RESTORE = "RESTORE", "Restored from the archive."
    DELETE = "DELETE", "Removed: part of another entity, or purged."
    ERASE = "ERASE", "Personal data erased; the log keeps no data."


class DatePrecision(Described):
    """How precisely a date is known."""

    YEAR = "YEAR", "A year."
    HALF = "HALF", "Half a year."
    QUARTER = "QUARTER", "A quarter of a year."
    MONTH = "MONTH", "A month."
    PART_OF_MONTH = "PART_OF_MONTH", "The early, middle or late part of a month."
    DAY = "DAY", "A day."


class ValueQualifier(Described):
    """How a published figure is meant."""

    EXACT = "EXACT", "As stated."
    OVER = "OVER", "More than."
    ABOUT = "ABOUT", "About, around."
    NEARLY = "NEARLY", "Nearly, almost."
    AT_MOST = "AT_MOST", "At most."
    RUNNING_TOTAL = "RUNNING_TOTAL", "So far: a running count."


class TermState(Described):
    """What was decided on a term that no vocabulary knows."""

    OPEN = "OPEN", "Nobody has decided yet."
    MAPPED = "MAPPED", "It means a concept."
    REJECTED = "REJECTED", "It means nothing that a vocabulary should hold."


class CorrectionState(Described):
    """What became of a request for a correction."""

    RECEIVED = "RECEIVED", "Nobody has decided yet."
    ACCEPTED = "ACCEPTED", "The record says now what was proposed."
    DECLINED = "DECLINED", "The record stays as it is; `answer` says why."
    WITHDRAWN = "WITHDRAWN", "Whoever asked took it back."


class AssignmentOrigin(Described):
    """Who assigned a project to a track or concept."""

    DECLARED = "DECLARED", "Stated by its owner."
    SUGGESTED = "SUGGESTED", "Suggested by a classifier, not confirmed."
    CONFIRMED = "CONFIRMED", "Confirmed by an organiser."
