"""Owing messages: ordering them, taking them back, holding them, settling what is uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.attempts.models import Outcome
from compliance.attempts.services import settle
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel
from notifications.channels.queries import account_for
from notifications.outbox.events import move, tell
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Batch, Message, MessageHold, MessageLoan
from notifications.outbox.orders import Order
from notifications.outbox.waking import wake_after_commit
from notifications.templates.models import MessageTemplate
from notifications.templates.registration import sentence_for, unregistered


@transaction.atomic
def enqueue(*, orders: Sequence[Order], by: Actor, batch: Batch | None = None) -> int:
    """Owes the messages, in the transaction of whatever causes them; returns how many are new.

    An obligation that is there already (same person, purpose, anchor, step, channel, address) is
    left as it is, whatever became of it. Raises ValidationError for an order that is useless
    before it could be sent, or whose wording its provider has not registered; nothing is owed then.
    """
    if not orders:
        return 0
    for order in orders:
        if order.expires_at <= order.send_at:
            raise ValidationError(_("A message must be useful for longer than until it is sent."))
    templates = MessageTemplate.objects.in_bulk({order.template_id for order in orders})
    _refuse_unregistered(orders, templates)
    messages = [_message(order, templates[order.template_id], by, batch) for order in orders]
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1_000)
    new = set(
        Message.objects.filter(pk__in=[message.pk for message in messages]).values_list(
            "pk", flat=True
        )
    )
    pairs = [(m, order) for m, order in zip(messages, orders, strict=True) if m.pk in new]
    MessageLoan.objects.bulk_create(
        (MessageLoan(message=m, loan_id=loan) for m, order in pairs for loan in order.loan_ids),
        batch_size=2_000,
    )
    tell([message for message, _order in pairs], by=by.label)
    wake_after_commit({message.channel for message, _order in pairs})
    return len(pairs)


def _refuse_unregistered(
    orders: Sequence[Order], templates: Mapping[UUID, MessageTemplate]
) -> None:
    """Says at once, not first when it would be sent, that a provider would refuse the wording."""
    portfolios = Portfolio.objects.in_bulk({order.portfolio_id for order in orders})
    asked = {(order.portfolio_id, order.template_id, order.language) for order in orders}
    served = {(portfolio_id, templates[each].channel) for portfolio_id, each, _language in asked}
    accounts = {pair: account_for(portfolios[pair[0]], pair[1]) for pair in served}
    for portfolio_id, template_id, language in sorted(asked, key=str):
        template = templates[template_id]
        wording = unregistered(
            template=template,
            account=accounts[portfolio_id, template.channel],
            languages=(language, portfolios[portfolio_id].language),
        )
        if wording is not None:
            raise ValidationError(sentence_for(wording))


def _message(order: Order, template: MessageTemplate, by: Actor, batch: Batch | None) -> Message:
    return Message(
        portfolio_id=order.portfolio_id,
        party_id=order.party_id,
        contact_point_id=order.contact_point_id,
        address_id=order.address_id,
        channel=template.channel,
        purpose=template.purpose,
        anchor=order.anchor,
        step=order.step,
        template=template,
        language=order.language,
        amount=order.amount,
        due_on=order.due_on,
        batch=batch,
        planned_by=by.label,
        planned_at=clock.now(),
        send_at=order.send_at,
        expires_at=order.expires_at,
    )


@transaction.atomic
def cancel(*, reason: str, by: Actor, anchor: str = "", messages: Sequence[Message] = ()) -> int:
    """Takes waiting messages back, by what they are about or one by one; returns how many.

    Call it in the transaction that ends what they speak of. One that is being sent at this moment
    is checked once more before its call and then finds out by itself.
    """
    chosen = (
        Message.objects.waiting().filter(anchor=anchor)
        if anchor
        else Message.objects.waiting().filter(pk__in=[m.pk for m in messages])
    )
    locked = list(chosen.select_for_update(of=("self",)).order_by("pk"))
    for message in locked:
        move(
            message,
            MessageState.CANCELLED,
            word="withdrawn",
            values={"said": reason},
            by=by.label,
        )
    return len(locked)


@transaction.atomic
def hold(
    *,
    portfolio: Portfolio,
    reason: str,
    by: Actor,
    ends_at: datetime | None = None,
    step: str = "",
    party: Party | None = None,
    loan: Loan | None = None,
) -> MessageHold:
    """Keeps messages back from now on: of the portfolio, of one line of its plan, person or loan.

    Raises ValidationError without a reason or with an end that has passed.
    """
    now = clock.now()
    if not reason.strip():
        raise ValidationError(_("Say why the messages are held."))
    if ends_at is not None and ends_at <= now:
        raise ValidationError(_("The hold must end in the future."))
    held = MessageHold.objects.create(
        portfolio=portfolio,
        step=step,
        party=party,
        loan=loan,
        reason=reason.strip(),
        starts_at=now,
        ends_at=ends_at,
        set_by=by.label,
    )
    _record(held, "messages.held", by, held.reason)
    return held


@transaction.atomic
def release(*, held: MessageHold, by: Actor) -> MessageHold:
    """Ends a hold now; what it kept is looked at again at once, and another hold may keep it.

    Raises ValidationError when it is over already.
    """
    locked = MessageHold.objects.select_for_update().get(pk=held.pk)
    now = clock.now()
    if locked.released_at is not None or (locked.ends_at is not None and locked.ends_at <= now):
        raise ValidationError(_("This hold is over already."))
    locked.released_at, locked.released_by = now, by.label
    locked.save(update_fields=["released_at", "released_by"])
    kept = Message.objects.waiting().filter(portfolio=locked.portfolio_id, reason="held")
    kept.update(send_at=now)
    wake_after_commit(MessageChannel.values)
    _record(locked, "messages.released", by)
    return locked


@transaction.atomic
def settle_uncertain(*, message: Message, was_sent: bool, note: str, by: Actor) -> Message:
    """A person who found out says what became of an uncertain message; it is never sent again.

    Raises ValidationError without a note of how it was found out, or when it is not uncertain.
    """
    if not note.strip():
        raise ValidationError(_("Say how you found out."))
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state != MessageState.UNCERTAIN:
        raise ValidationError(_("This message is not uncertain any more."))
    assert locked.attempt is not None  # by constraint
    outcome = Outcome.SENT if was_sent else Outcome.NOT_MADE
    settle(attempt=locked.attempt, outcome=outcome, by=by)
    state = MessageState.ACCEPTED if was_sent else MessageState.FAILED
    word = "settled_sent" if was_sent else "settled_not_sent"
    move(locked, state, word=word, by=by.label, ask_at=None)
    record(
        action="message.settled",
        by=by,
        object_type="notifications.Message",
        object_id=locked.pk,
        portfolio_id=locked.portfolio_id,
        reason=note.strip(),
        data={"was_sent": was_sent},
    )
    return locked


def _record(held: MessageHold, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="notifications.MessageHold",
        object_id=held.pk,
        portfolio_id=held.portfolio_id,
        reason=reason,
        data={
            "step": held.step,
            "party": str(held.party_id or ""),
            "loan": str(held.loan_id or ""),
            "ends_at": held.ends_at.isoformat() if held.ends_at else "",
        },
    )
