"""Fields shared by several types."""

from __future__ import annotations

from schema.declarations import column, connection, listing, relation


class Dated:
    """When a row was written."""

    created_at = column("When the record was created.", filter=True, order=True)
    updated_at = column("When the record was last changed.", filter=True, order=True)


class Edited(Dated):
    """What people edit."""

    version = column("Grows by one with each change; pass it as `ifVersion` to change only what you have seen.")
    archived_at = column("When it was archived; null if it is active.")
    fictional = column("Whether it is a fictional demonstration record.", filter=True, edit=True, editors=())


class Sourced:
    """What a published document states."""

    source = relation("SourceDocument", "The document that states it.", "source_document_id", filter=True, edit=True)
    quote = column("The source's own words.", edit=True)


class Claimed:
    """What published figures are about."""

    claims = listing(
        "StatisticalClaim", "Published figures about it; they may disagree.", "subject_id", order=("measure",)
    )


class Documented:
    """What files and links belong to."""

    documents = connection("Document", "Its documents that you may see: files and links.", "subject_id")
