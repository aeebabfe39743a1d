"""Telephone systems as configuration, and the events they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.dialling.flow import CallState, EventKind, Told, course_of
from collections_app.dialling.models import CallEvent, DiallerAccount, EventRefusal, PhoneCall
from collections_app.dialling.reading import CallNews
from collections_app.dialling.recordings import recordings_problems
from collections_app.dialling.registry import DIALLERS
from compliance.attempts.models import Attempt, Direction
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.audit.services import record
from core.encryption.sealing import seal
from core.encryption.secrets import sealed_secret, secret_of
from core.encryption.services import new_data_key
from core.ids import uuid7
from loans.portfolios.models import Portfolio


@transaction.atomic
def save_account(
    *,
    account: DiallerAccount | None,
    name: str,
    adapter: str,
    portfolio: Portfolio | None,
    settings: Mapping[str, Any],
    is_on: bool,
    by: Actor,
    secret: str = "",
    ends_previous: bool = False,
) -> DiallerAccount:
    """Makes or changes a telephone system; the next call goes by it.

    Arguments: `secret` signs the events; empty keeps the one there is, and a new one stays beside
    it until `ends_previous`. Raises ValidationError with every problem; nothing is written then.
    """
    problems = _problems(account, name, adapter, portfolio, settings, secret)
    if problems:
        raise ValidationError(problems)
    if account is None:
        row = DiallerAccount(id=uuid7(), data_key=new_data_key())
    else:
        row = DiallerAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    changed = sorted(
        key for key in {*settings, *row.settings} if settings.get(key) != row.settings.get(key)
    )
    row.name, row.adapter, row.portfolio = name.strip(), adapter, portfolio
    row.settings, row.is_on = dict(settings), is_on
    if ends_previous:
        row.previous_secret = None
    if secret:
        former = secret_of(row)
        row.previous_secret = sealed_secret(row, "previous_secret", former)
        row.secret = sealed_secret(row, "secret", secret)
    row.save(force_insert=account is None)
    record(
        action="dialler.created" if account is None else "dialler.changed",
        by=by,
        object_type="collections_app.DiallerAccount",
        object_id=row.pk,
        portfolio_id=row.portfolio_id,
        data={
            "adapter": adapter,
            "settings": changed,
            "is_on": is_on,
            "new_secret": bool(secret),
            "ends_previous": ends_previous,
        },
    )
    return row


def _problems(
    account: DiallerAccount | None,
    name: str,
    adapter: str,
    portfolio: Portfolio | None,
    settings: Mapping[str, Any],
    secret: str,
) -> list[str]:
    kind, problems = DIALLERS.get(adapter), []
    if not name.strip():
        problems.append(_("Give the account a name."))
    others = DiallerAccount.objects.filter(portfolio=portfolio)
    if account is not None:
        others = others.exclude(pk=account.pk)
    if others.exists():
        problems.append(_("There is an account for this portfolio. Change that one."))
    if kind is None:
        known = ", ".join(DIALLERS)
        return [*problems, _("There is no such adapter. Use one of: %(known)s.") % {"known": known}]
    has_secret = bool(secret) or (account is not None and account.secret is not None)
    if kind.signs_events and not has_secret:
        problems.append(_("%(adapter)s needs a secret.") % {"adapter": adapter})
    if not isinstance(settings, Mapping):
        return [*problems, _("Settings are names and values: {…}.")]
    return [*problems, *kind.problems_of(settings), *recordings_problems(settings)]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one event: kept now or before, and the call it is about, if it is known."""

    event_id: str
    is_repeated: bool
    refusal: str
    call: PhoneCall | None


@transaction.atomic
def take_events(*, account: DiallerAccount, news: Sequence[CallNews]) -> list[Taken]:
    """Keeps events of a telephone system, each once, and brings their calls to what they tell.

    They may come twice and in any order: a call is told anew from all its events. Nothing here says
    what came of a contact; only people do. An event about a call that is not known is kept, with
    that as its refusal.
    """
    return [_take(account, one) for one in news]


def _take(account: DiallerAccount, news: CallNews) -> Taken:
    before = CallEvent.objects.filter(account=account, event_id=news.told.event_id)
    if (kept := before.select_related("call").first()) is not None:
        return Taken(kept.event_id, True, kept.refusal, kept.call)
    call = _call_of(account, news)
    refusal = "" if call is not None else EventRefusal.UNKNOWN_CALL.value
    made = CallEvent.objects.bulk_create(
        [_row(account, news, call, refusal)], ignore_conflicts=True
    )
    if call is not None:
        _tell_anew(call)
    return Taken(made[0].event_id, False, refusal, call)


def _row(
    account: DiallerAccount, news: CallNews, call: PhoneCall | None, refusal: str
) -> CallEvent:
    told = news.told
    return CallEvent(
        account=account,
        event_id=told.event_id,
        kind=told.kind,
        call=call,
        call_named=news.call,
        at=told.at,
        received_at=clock.now(),
        ending=told.ending,
        seconds=told.seconds,
        recording=told.recording,
        refusal=refusal,
    )


def _call_of(account: DiallerAccount, news: CallNews) -> PhoneCall | None:
    """The call an event is about, locked: by our name for it, else by the system's own."""
    calls = PhoneCall.objects.select_for_update(of=("self",)).filter(account=account)
    try:
        found = calls.filter(pk=UUID(hex=news.call)).first()
    except ValueError:
        found = None
    found = found or calls.filter(reference=news.call).first()
    if found is None and news.told.kind == EventKind.INCOMING:
        return _incoming(account, news)
    return found


def _incoming(account: DiallerAccount, news: CallNews) -> PhoneCall:
    agent = User.objects.filter(email__iexact=news.agent, is_active=True).first()
    call = PhoneCall(
        id=uuid7(),
        account=account,
        direction=Direction.INBOUND,
        agent=agent if news.agent else None,
        reference=news.call,
        state=CallState.RINGING,
        started_at=clock.now(),
    )
    if news.number:
        call.number = seal(
            key=account.data_key,
            plaintext=news.number,
            table=PhoneCall._meta.db_table,
            column="number",
            row_id=call.pk,
        )
    # Of two requests that announce it at once one makes it; the other finds it.
    PhoneCall.objects.bulk_create([call], ignore_conflicts=True)
    found = PhoneCall.objects.select_for_update(of=("self",)).get(
        account=account, reference=news.call
    )
    if found.pk == call.pk and call.agent is not None:
        link = reverse("desk:incoming", args=[call.pk])
        notify(to=[call.agent], urgency=Urgency.DO_NOW, key="call.incoming", link=link)
    return found


register_texts({"call.incoming": gettext_lazy("A call comes in for you. Take it up.")})


def _tell_anew(call: PhoneCall) -> None:
    told = [
        Told(row.event_id, EventKind(row.kind), row.at, row.ending, row.seconds, row.recording)
        for row in CallEvent.objects.filter(call=call)
    ]
    course = course_of(told, state=CallState(call.state))
    call.state = course.state
    call.ringing_at, call.answered_at = course.ringing_at, course.answered_at
    call.ended_at, call.ending = course.ended_at, course.ending
    call.talk_seconds, call.recording = course.talk_seconds, course.recording
    call.save(
        update_fields=[
            "state",
            "ringing_at",
            "answered_at",
            "ended_at",
            "ending",
            "talk_seconds",
            "recording",
        ]
    )


@transaction.atomic
def join_to_contact(*, call: PhoneCall, attempt: Attempt, agent: User) -> None:
    """Makes an incoming call the one that was logged. One that belongs to another stays there.

    Its number is let go where it is one of the person's that is known: there it stands sealed.
    """
    locked = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.attempt_id is not None or locked.direction != Direction.INBOUND:
        return
    locked.attempt, locked.agent = attempt, agent
    if attempt.contact_point_id is not None:
        locked.number = None
    locked.save(update_fields=["attempt", "agent", "number"])


#: So long the number of a call that nobody took up is kept: whoever rang may be called back.
_NUMBER_KEPT_FOR: Final = timedelta(days=30)


@transaction.atomic
def let_numbers_go() -> int:
    """Lets go of the numbers of calls never taken up, thirty days old; returns how many.

    They stand under no person's key, so that erasing a person would not reach them.
    """
    over = PhoneCall.objects.filter(
        attempt=None, number__isnull=False, started_at__lt=clock.now() - _NUMBER_KEPT_FOR
    )
    count = over.update(number=None)
    if count:
        record(
            action="call.numbers_let_go",
            by=SYSTEM,
            object_type="collections_app.PhoneCall",
            object_id="incoming",
            count=count,
        )
    return count
