"""The GraphQL types and mutations of documents, and of the uploads that they come from."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.documents import mutations, uploads
from schema.domain.shared.inputs.values import input_arguments
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, IF_VERSION, define_payload
from schema.types.type_names import Names, input_type, object_type, output_field


def define_uploads(names: Names) -> None:
    """Define the type of a place for a file."""
    object_type(names, "Upload", "A place for one file.", [
        output_field(names, "token", "String!", "Names the upload in further mutations."),
        output_field(names, "url", "String!", "The address on this server to which the file is sent by PUT, once. "
                     "Knowing it is the right to send the file."),
        output_field(names, "expires_at", "DateTime!", "Until when it can be sent and used."),
    ])  # fmt: skip


def document_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define inputs and payloads; return the fields of `Mutation`."""
    given = input_arguments(registry.entities["Document"])
    input_type(names, "DocumentInput", "What is said of a document. Omitted fields stay; null clears.", given)
    define_payload(names, "UploadPayload", "What became of an upload.", "upload", "Upload")
    define_payload(names, "DocumentPayload", "What became of a document.", "document", "Document", registry=registry)
    further = [each for each in given if each.name not in ("kind", "visibility")]
    return [
        output_field(names, "create_upload", "UploadPayload!",
                     "Make a place for a file. Send its bytes by PUT to the `url`, then name the upload in "
                     "`startImport` or `addDocument`.",
                     arguments=[Argument("name", "String!", "The file's name with its ending."), DRY_RUN],
                     resolve=uploads.create_upload),
        output_field(names, "add_document", "DocumentPayload!",
                     "Add a document to a record that you may change: an uploaded file, or a link. PDF, office files, "
                     "pictures and videos are taken; the content must be what the name's ending says.", arguments=[
                         Argument("subject", "ID!", "The record that it belongs to."),
                         Argument("kind", "DocumentKind!", "What it is."),
                         Argument("upload", "String", "The `token` of the upload; give either this or a link.", None),
                         Argument("link", "String", "Its address elsewhere, such as of a film.", None),
                         Argument("visibility", "Visibility!", "Who may see it, among those who may see the record.",
                                  "OWNER"),
                         *further, IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=mutations.add_document),
        output_field(names, "update_document", "DocumentPayload!",
                     "Change what is said of a document, and who may see it. Its content never changes: add another.",
                     arguments=[BY_ID, Argument("input", "DocumentInput!", "What changes."), IF_VERSION, DRY_RUN],
                     resolve=mutations.update_document),
        output_field(names, "archive_document", "DocumentPayload!",
                     "Take a document out of use. It can be restored until it is deleted, 30 days later unless set "
                     "otherwise.", arguments=[BY_ID, IF_VERSION, DRY_RUN], resolve=mutations.archive_document),
        output_field(names, "restore_document", "DocumentPayload!", "Restore a document from the archive.",
                     arguments=[BY_ID, IF_VERSION, DRY_RUN], resolve=mutations.restore_document),
    ]  # fmt: skip
