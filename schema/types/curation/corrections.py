"""The types, query and mutations of requests for corrections."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.corrections import mutations, reading
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, define_payload
from schema.types.type_names import Names, object_type, output_field


def correction_queries(names: Names) -> list[StrawberryField]:
    """Define the type; return the fields of `Query`."""
    object_type(names, "CorrectableField", "A field of a record of which a correction can be asked for.", [
        output_field(names, "name", "String!", "The field, as the schema spells it."),
        output_field(names, "description", "String!", "What it is."),
        output_field(names, "language", "LanguageTag", "Of a multilingual text, the language of `present`."),
        output_field(names, "present", "String", "What it says, as a text in the form that proposals have."),
    ])  # fmt: skip
    return [
        output_field(names, "correctable_fields", "[CorrectableField!]!",
                     "The fields of a record of which you may ask for a correction, with what they say.",
                     arguments=[Argument("subject", "ID!", "The record.")], resolve=reading.correctable_fields),
    ]  # fmt: skip


def correction_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the payload; return the fields of `Mutation`."""
    define_payload(names, "CorrectionRequestPayload", "What became of a request for a correction.",
                   "correction_request", "CorrectionRequest", registry=registry)  # fmt: skip
    payload = "CorrectionRequestPayload!"
    return [
        output_field(names, "request_correction", payload,
                     "Ask that a field of a record that you may read says something else. Those who may change the "
                     f"record decide; you see what became of it. At most {mutations.MOST_OPEN} undecided requests, and "
                     f"{mutations.MOST_A_DAY} a day.", arguments=[
                         Argument("subject", "ID!", "The record."),
                         Argument("field", "String!", "The field, as the schema spells it; see `correctableFields`."),
                         Argument("language", "LanguageTag", "The language, where the field is a multilingual text.",
                                  None),
                         Argument("proposed", "String", "What the field should say: a text, a number, `true`, the "
                                  "value of an enum, a date (2024-07), an amount (10000000 CNY), a range "
                                  "(1000000-5000000 CNY), the id of a record, a list with one item a line. Null "
                                  "removes what it says.",
                                  None),
                         Argument("reason", "String!", "Why the field should say that."),
                         Argument("source_url", "String", "Where that can be read, as evidence.", None),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=mutations.request_correction),
        output_field(names, "withdraw_correction", payload, "Take back a request of yours that nobody has decided.",
                     arguments=[BY_ID, DRY_RUN], resolve=mutations.withdraw_correction),
        output_field(names, "accept_correction", payload,
                     "Change the record as proposed. It is a `CONFLICT` if the field has changed since the request, "
                     "unless you give the version of the record that you have seen.", arguments=[
                         BY_ID,
                         Argument("if_version", "Int", "Only if the record still has this version.", None),
                         Argument("answer", "String", "A remark for whoever asked.", None), DRY_RUN,
                     ], resolve=mutations.accept_correction),
        output_field(names, "decline_correction", payload, "Leave the record as it is.",
                     arguments=[BY_ID, Argument("answer", "String!", "Why, for whoever asked."), DRY_RUN],
                     resolve=mutations.decline_correction),
    ]  # fmt: skip
