"""Vocabularies of jobs."""

from store.enums.described import Described


class JobState(Described):
    """How far a job has come."""

    QUEUED = "QUEUED", "Waits for a worker, for the first time or to be tried again."
    RUNNING = "RUNNING", "A worker runs it."
    SUCCEEDED = "SUCCEEDED", "It ended well and has its result."
    FAILED = "FAILED", "It ended without a result; the error says why."
    CANCELLED = "CANCELLED", "Somebody cancelled it."
