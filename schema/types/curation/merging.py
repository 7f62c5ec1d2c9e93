"""The types, queries and mutations of merged records."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.curation import distinct, duplicates, merging
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, define_payload
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field


def duplicate_queries(names: Names) -> list[StrawberryField]:
    """Define the types; return the fields of `Query`."""
    kinds = {name: f"{kind} records." for name, kind in duplicates.TYPES.items()}
    enum_type(names, enum_of("MergeableType", "What can be merged.", kinds))
    enum_type(names, enum_of("DuplicateSignal", "What two records have in common.", duplicates.SIGNALS))
    object_type(names, "PossibleDuplicate", "Two records that may be one and the same.", [
        output_field(names, "first", "Node!", "The older one.",
                     resolve=lambda pair, context, _: context.node(pair.first_id)),
        output_field(names, "second", "Node!", "The younger one.",
                     resolve=lambda pair, context, _: context.node(pair.second_id)),
        output_field(names, "signals", "[DuplicateSignal!]!", "What they have in common."),
    ])  # fmt: skip
    return [
        output_field(names, "possible_duplicates", "[PossibleDuplicate!]!",
                     "Pairs of records that you may merge and that may be one and the same, those with most in common "
                     "first; for organisers. Pairs that were marked as distinct aren't listed.", arguments=[
                         Argument("type", "MergeableType!", "Of what type."),
                         Argument("first", "Int!", f"How many, 0 to {duplicates.MOST_PAIRS}.", 50),
                     ], resolve=duplicates.possible_duplicates),
    ]  # fmt: skip


def merge_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the payload; return the fields of `Mutation`."""
    define_payload(names, "MergePayload", "What became of two records.", "merge", "Merge", registry=registry)
    define_payload(names, "DistinctPairPayload", "What became of a pair.", "pair", "DistinctPair", registry=registry)
    return [
        output_field(names, "merge_records", "MergePayload!",
                     "Merge two records of one thing, such as a person or a place: what names the one names the "
                     "other from then on, names and external ids are carried over, and gaps are filled. The record "
                     "that goes is archived, and its id leads to the other. `undoMerge` parts them again.",
                     arguments=[
                         Argument("into", "ID!", "The record that stays."),
                         Argument("from_", "ID!", "The record that goes.", graphql_name="from"),
                         Argument("into_version", "Int", "Only if the record that stays still has this version.", None),
                         Argument("from_version", "Int", "Only if the record that goes still has this version.", None),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=merging.merge_records),
        output_field(names, "undo_merge", "MergePayload!",
                     "Part two merged records again. What was changed since stays as it is.",
                     arguments=[BY_ID, DRY_RUN], resolve=merging.undo_merge),
        output_field(names, "mark_distinct", "DistinctPairPayload!",
                     "Say that two records of one type aren't one: they are no longer listed as possible duplicates, "
                     "and aren't merged.",
                     arguments=[
                         Argument("first", "ID!", "One of the two."), Argument("second", "ID!", "The other one."),
                         DRY_RUN,
                     ], resolve=distinct.mark_distinct),
        output_field(names, "unmark_distinct", "DistinctPairPayload!",
                     "Withdraw that two records aren't one; the payload shows the pair as it was.",
                     arguments=[BY_ID, DRY_RUN], resolve=distinct.unmark_distinct),
    ]  # fmt: skip
