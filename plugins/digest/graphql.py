"""The GraphQL fields of digests: subscriptions, deliveries, previews, mutations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from plugins.digest import by_ids, describing
from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.delivery.mail import Envelope, html_of, text_of
from plugins.digest.delivery.signing import Secrets
from plugins.digest.managing import Manager, may, own
from plugins.digest.problems import InputError, Problem
from plugins.digest.representations import Payload, ShownDelivery, ShownSubscription, shown_delivery
from plugins.digest.settings import Settings
from plugins.digest.tables import Attempt, Delivery, Subscription, now
from roadshow import (
    Argument,
    Context,
    EnumType,
    Field,
    InputType,
    Mutation,
    ObjectType,
    Query,
    Role,
    UserError,
    hookimpl,
    models,
)

MOST = 100


@hookimpl
def register_types(settings: Settings) -> Iterable[ObjectType | EnumType | InputType]:
    """Subscriptions, deliveries, attempts, previews."""
    subscriptions = partial(by_ids.subscriptions, OutboxWriter(settings, Secrets(settings)))
    yield from describing.types(subscriptions, by_ids.deliveries, by_ids.attempts)


@hookimpl
def register_fields(settings: Settings) -> Iterable[Field]:
    """An investor's subscriptions, a subscription's deliveries, a delivery's attempts."""
    writer = OutboxWriter(settings, Secrets(settings))

    def digests(parents: Sequence[Any], context: Context) -> list[object]:
        ids = [parent.id for parent in parents if may(context.actor, parent.id)]
        by_investor = defaultdict(list)
        wanted = select(Subscription).where(Subscription.investor_id.in_(ids)).order_by(Subscription.id)
        for row in context.session.scalars(wanted):
            by_investor[row.investor_id].append(ShownSubscription(row, writer))
        refused = UserError("Only the investor itself and administrators may see its digests.", code="FORBIDDEN")
        return [by_investor[parent.id] if may(context.actor, parent.id) else refused for parent in parents]

    def deliveries(parents: Sequence[Any], context: Context, first: int = 20, after: str | None = None) -> list[object]:
        return [_deliveries(context, parent.id, first, after) for parent in parents]

    def attempts(parents: Sequence[Any], context: Context) -> list[object]:
        by_delivery = defaultdict(list)
        wanted = select(Attempt).where(Attempt.message_id.in_([parent.id for parent in parents]))
        for row in context.session.scalars(wanted.order_by(Attempt.number, Attempt.id)):
            by_delivery[row.message_id].append(row)
        return [by_delivery[parent.id] for parent in parents]

    yield Field(
        on="Investor", name="digests", type="[DigestSubscription!]", needs=["id"], resolve=digests,
        description="Its digest subscriptions; for the investor and administrators.",
    )  # fmt: skip
    yield Field(
        on="DigestSubscription", name="deliveries", type="[DigestDelivery!]", resolve=deliveries,
        description="What was sent, newest first: the delivery log.",
        arguments=[
            Argument(name="first", type="Int", default=20, description=f"Page size, 0 to {MOST}."),
            Argument(name="after", type="ID", default=None, description="Only deliveries after this one."),
        ],
    )  # fmt: skip
    yield Field(
        on="DigestDelivery", name="attempts", type="[DigestAttempt!]", resolve=attempts,
        description="Every attempt, oldest first.",
    )  # fmt: skip


@hookimpl
def register_queries(settings: Settings) -> Iterable[Query]:
    """One subscription, and what would be sent."""
    writer = OutboxWriter(settings, Secrets(settings))

    def subscription(context: Context, id: str) -> ShownSubscription | None:
        try:
            return ShownSubscription(own(context.session, context.actor, id), writer)
        except InputError:
            return None

    def preview(
        context: Context,
        investor: str | None = None,
        subscription: str | None = None,
        language: str | None = None,
        size: int | None = None,
        fresh: bool | None = None,
    ) -> dict[str, object] | None:
        try:
            return _preview(
                writer, context, investor, subscription, language, 20 if size is None else size, bool(fresh)
            )
        except InputError as error:
            if error.problem.code == "NOT_FOUND":
                return None
            raise UserError(str(error), code=error.problem.code) from error
        except ListError as error:
            raise UserError(str(error), code="NOT_FOUND") from error

    yield Query(
        name="digestSubscription", type="DigestSubscription", resolve=subscription,
        description="A subscription by its id; null if there is none you may see.",
        arguments=[Argument(name="id", type="ID!", description="Its id.")],
    )  # fmt: skip
    yield Query(
        name="digestPreview", type="DigestPreview", resolve=preview, time_limit=30.0,
        description="What would be sent now, without sending it; null if there is nothing new, or no such subscription "
        "that you may see.",
        arguments=[
            Argument(name="investor", type="ID", default=None,
                     description="Whose list; by default your own. Administrators name it."),
            Argument(name="subscription", type="ID", default=None,
                     description="Leave out what this subscription has already brought."),
            Argument(name="language", type="DigestLanguage", default=None,
                     description="The reader's language; by default that of the subscription or the request."),
            Argument(name="size", type="Int", default=20, description="Maximum of projects without a subscription."),
            Argument(name="fresh", type="Boolean", default=False,
                     description="As if the subscription had brought nothing yet."),
        ],
    )  # fmt: skip


@hookimpl
def register_mutations(settings: Settings) -> Iterable[Mutation]:
    """Everything that an investor can do with a subscription."""
    manager = Manager(OutboxWriter(settings, Secrets(settings)))
    whose = Argument(name="investor", type="ID", default=None,
                     description="Whose list; by default your own. Administrators name it.")  # fmt: skip
    one = Argument(name="id", type="ID!", description="The subscription.")

    def changing(run: Callable[..., Subscription]) -> Callable[..., Payload]:
        def resolve(context: Context, **arguments: object) -> Payload:
            try:
                return Payload(subscription=ShownSubscription(run(context, **arguments), manager.writer))
            except InputError as error:
                return Payload(user_errors=[error.problem])
            except UserError as error:
                return Payload(user_errors=[Problem(error.code, str(error), (error.field,) if error.field else ())])

        return resolve

    def sending(run: Callable[..., Delivery]) -> Callable[..., Payload]:
        def resolve(context: Context, id: str) -> Payload:
            try:
                return Payload(delivery=shown_delivery(run(context, id)))
            except InputError as error:
                return Payload(user_errors=[error.problem])

        return resolve

    def mutation(name: str, description: str, run: Any, *arguments: Argument) -> Mutation:
        resolve = changing(run)
        return Mutation(name=name, type="DigestSubscriptionPayload", description=description, resolve=resolve,
                        arguments=arguments or [one], visible_to=["INVESTOR", "ADMIN"])  # fmt: skip

    yield mutation(
        "createDigestSubscription", "Subscribe to the list by e-mail, webhook or feed. An e-mail address must "
        "be confirmed by its reader.",
        lambda context, input, investor=None, idempotency_key=None: manager.create(
            context, input, investor, idempotency_key
        ),
        Argument(name="input", type="DigestSubscriptionInput!", description="Where, when and how much."), whose,
        Argument(name="idempotencyKey", type="String", default=None,
                 description="A key of up to 200 characters: the same call sent again with it within a day creates "
                 "nothing and returns the first result."),
    )  # fmt: skip
    yield mutation(
        "updateDigestSubscription", "Change the given fields of a subscription.",
        lambda context, id, input: manager.update(context, id, input), one,
        Argument(name="input", type="DigestSubscriptionChanges!", description="The changes."),
    )  # fmt: skip
    yield mutation("pauseDigest", "Send nothing until it is resumed.",
                   lambda context, id: manager.pause(context, id))  # fmt: skip
    yield mutation("resumeDigest", "Send again, from the next date on.",
                   lambda context, id: manager.resume(context, id))  # fmt: skip
    yield mutation("unsubscribeDigest", "Send nothing more. Its links, feed and secret become void.",
                   lambda context, id: manager.unsubscribe(context, id))  # fmt: skip
    yield mutation("rotateDigestSecret", "Create a new secret and new addresses of feed and CSV; the old become void.",
                   lambda context, id: manager.rotate(context, id))  # fmt: skip
    yield Mutation(
        name="testDigest", type="DigestDeliveryPayload", visible_to=["INVESTOR", "ADMIN"], arguments=[one],
        description="Send a test message by e-mail or webhook.", resolve=sending(manager.ping),
    )  # fmt: skip
    yield Mutation(
        name="resendDigestDelivery", type="DigestDeliveryPayload", visible_to=["INVESTOR", "ADMIN"],
        arguments=[Argument(name="id", type="ID!", description="The delivery.")],
        description="Send a delivery again that is held because it may have arrived. It keeps its id.",
        resolve=sending(manager.resend),
    )  # fmt: skip


def _deliveries(context: Context, subscription_id: str, first: int | None, after: str | None) -> list[ShownDelivery]:
    wanted = select(Delivery).where(Delivery.source_id == subscription_id).order_by(Delivery.id.desc())
    if after is not None:
        wanted = wanted.where(Delivery.id < after)
    size = 20 if first is None else first
    if not 0 <= size <= MOST:
        raise UserError(f"first: {size} is out of range; give 0 to {MOST}.", field="first")
    return [shown_delivery(row) for row in context.session.scalars(wanted.limit(size))]


def _preview(
    writer: OutboxWriter,
    context: Context,
    investor: str | None,
    subscription: str | None,
    language: str | None,
    size: int,
    fresh: bool,
) -> dict[str, object] | None:
    row = own(context.session, context.actor, subscription) if subscription else None
    whose = row.investor_id if row else investor or context.actor.subject_id
    if not whose:
        return None
    if not may(context.actor, whose) or (row and investor not in (None, whose)):
        raise InputError("Name an investor whose list you may see.", "investor", code="FORBIDDEN")
    if context.actor.role is Role.ADMIN and context.session.get(models.Investor, whose) is None:
        return None
    given = {"EN": "en", "ZH": "zh"}.get(language or "")
    first = next(iter(context.languages), "en")
    spoken = given or (row.language if row else "zh" if first.lower().startswith("zh") else "en")
    most = row.size if row else max(1, min(size, writer.settings.most_projects))
    draft = writer.draft(context, whose, spoken, most, made_at=now(), subscription=row, fresh=fresh)
    if draft is None:
        return None
    envelope = Envelope(
        delivery_id="preview", sender=writer.settings.sender or "", recipient=(row.address if row else None) or "…",
        base_url=writer.settings.address, unsubscribe=None, link_days=writer.settings.link_days,
    )  # fmt: skip
    issue = draft.issue
    return {
        "subject": issue.subject, "html": html_of(issue, envelope), "text": text_of(issue, envelope),
        "learnt": list(issue.learnt), "project_ids": [each.project for each in issue.entries],
    }  # fmt: skip
