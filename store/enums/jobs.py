"""Vocabularies of jobs."""

from store.enums.described import Described


class JobState(Described):
    """How far a job has come."""

    QUEUED = "QUEUED", "Waits for a worker, for the first time or to be tried again."
    RUNNING = "RUNNING", "A worker runs it."
    SUCCEEDED = "SUCCEEDED", "It ended well and has its result."
    FAILED = "FAILED", "It ended without a result; the error says why."
    CANCELLED = "CANCELLED", "Somebody cancelled it."


class ImportFile(Described):
    """What the file of an import's job holds."""

    PROBLEMS = "PROBLEMS", "A list of all problems, as CSV; no file if there are none."
    ROWS = "ROWS", "The rows with problems as CSV, to be corrected and imported; no file if there are none."
    PREVIEW = "PREVIEW", "For an import that only checks: how headers were understood, problems and rows, as JSON."
