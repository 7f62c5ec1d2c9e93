"""The GraphQL types, mutations and subscriptions of jobs."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.jobs import changes, imports, mutations, starting, taking_back
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, define_payload
from schema.types.subscriptions import stream
from schema.types.type_names import Names, input_type, object_type, output_field


def define_jobs(names: Names) -> None:
    """Define the types beside `Job`."""
    input_type(names, "ImportCorrection", "Another content for a cell of an imported file, or a row to leave out.", [
        Argument("row", "Int!", "The row's number as in a spreadsheet, where the headers are row 1."),
        Argument("column", "String", "The column's header; null leaves out the row.", None),
        Argument("value", "String", "The cell's content; null empties it.", None),
    ])  # fmt: skip
    object_type(names, "JobFile", "A file that a job wrote.", [
        output_field(names, "name", "String!", "What to save it as."),
        output_field(names, "media_type", "String!", "Its media type."),
        output_field(names, "bytes", "Float!", "Its size in bytes."),
        output_field(names, "url", "String!", "Its address on this server, for whoever asked for the job: with the "
                     "same session or key."),
        output_field(names, "expires_at", "DateTime!", "Until when it can be had."),
    ])  # fmt: skip


def job_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the payload and return the fields of `Mutation`."""
    define_payload(names, "JobPayload", "What became of a job.", "job", "Job", registry=registry)
    return [
        output_field(names, "start_export", "JobPayload!",
                     "Write all of a connection that you may see to a file. The job's `file` then has its address, for "
                     "you alone.", arguments=[
                         Argument("connection", "String!", "A connection of `Query`, such as `projects`."),
                         Argument("filter", "JSON", "Only rows that meet this: the connection's `filter`.", None),
                         Argument("fields", "[String!]", "The columns: fields, or paths such as `place.name`; by "
                                  "default all that are stored and you may read.", None),
                         Argument("format", "String!", "The format: `csv`, `jsonl`, or one of a plugin.", "csv"),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=starting.start_export),
        output_field(names, "start_learning", "JobPayload!",
                     "Train the recommender's weights and the calibration of its scores on the outcomes so far: "
                     "investments, answers, talks. The job's result names the model.", arguments=[
                         Argument("activate", "Boolean!", "Put the learned model into use at once.", True),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=starting.start_learning),
        output_field(names, "start_import", "JobPayload!",
                     "Import the rows of an uploaded file: CSV, XLSX, XLS, ODS, JSON, Parquet, or a plugin's format. "
                     "Everything is checked before anything is written; importing a file again changes nothing.",
                     arguments=[
                         Argument("upload", "String!", "The `token` of the upload."),
                         Argument("namespace", "String!", "Whose ids the file holds; the same one each time for the "
                                  "same source."),
                         Argument("kind", "String", "What it holds, such as `projects` or `talents`; by default what "
                                  "its name and headers say.", None),
                         Argument("format", "String", "A format of a plugin; by default what the name's ending "
                                  "says.", None),
                         Argument("mapping", "String", "The content of a mapping file, in YAML or JSON.", None),
                         Argument("corrections", "[ImportCorrection!]", f"Cells with another content, at most "
                                  f"{imports.MOST_CORRECTIONS:,}; the last one of a cell counts.", None),
                         Argument("file", "ImportFile!", "What the job's file holds.", "PROBLEMS"),
                         Argument("check_only", "Boolean!", "Check everything and write nothing.", False),
                         Argument("skip_bad_rows", "Boolean!", "Write the good rows all the same.", False),
                         Argument("skip_bad_cells", "Boolean!", "Drop optional cells that can't be read, not their "
                                  "rows.", False),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=imports.start_import),
        output_field(names, "take_back_import", "JobPayload!",
                     "Take back what an import wrote: archive the records that it created, and restore those that it "
                     "changed. Records that were changed since, or that others name, stay; the job's result lists "
                     "them.",
                     arguments=[
                         Argument("job", "ID!", "The job of the import."),
                         Argument("check_only", "Boolean!", "Only tell what would be taken back.", False),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=taking_back.take_back_import),
        output_field(names, "cancel_job", "JobPayload!", "Cancel a job: a waiting one at once, a running one as soon "
                     "as its worker notices.", arguments=[BY_ID, DRY_RUN], resolve=mutations.cancel_job),
        output_field(names, "retry_job", "JobPayload!", "Queue a failed or cancelled job anew.",
                     arguments=[BY_ID, DRY_RUN], resolve=mutations.retry_job),
    ]  # fmt: skip


def job_streams(names: Names) -> list[StrawberryField]:
    """Define the type of events and return the fields of `Subscription`."""
    object_type(names, "JobChange", "A job has changed.", [
        output_field(names, "job_id", "ID!", "The job's id."),
        output_field(names, "job", "Job", "The job as it is now; null if you may no longer see it.",
                     resolve=lambda event, context, _: context.row("Job", event.job_id)),
    ])  # fmt: skip
    ids = Argument("ids", "[ID!]", f"Only these jobs, at most {changes.MOST_IDS}; null means all.", None)
    return [
        stream(names, "job_changed", "JobChange!", "Visible jobs, as they change. Of the jobs named, it begins with "
               "how they stand, so that no end is missed.", [ids], changes.job_changed),
    ]  # fmt: skip
