"""The words of claiming: what obliges, how a lease begins and ends, why somebody is skipped."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: How long a person stays with an agent who does nothing about them.
LEASE_TIME: Final = timedelta(minutes=5)
#: Wrong hints corrected in one claim; a hint is wrong rarely, and the agent waits.
MOST_TRIES: Final = 5
#: Whoever was skipped is not offered again to the same agent for so long.
SKIP_RESTS: Final = timedelta(hours=2)
#: So many skips without an outcome between them are told to the lead.
SKIPS_IN_A_ROW: Final = 3


class Obligation(models.TextChoices):
    """What comes before any ranking, the most pressing first.

    The one order of them: Next, the queue, its reasons and the day's list all follow it.
    """

    UNLOGGED = "unlogged", _("a call without its outcome")
    CALLBACK = "callback", _("a callback is due")
    BROKEN = "broken", _("a promise was broken")
    REPLY = "reply", _("a reply waits")
    PROMISE_DUE = "promise_due", _("a promise is due")


#: How far back a call without its outcome is looked for; older ones are the compliance officer's.
UNLOGGED_SINCE: Final = timedelta(days=30)

#: Nobody is rung for these, so no calling hours hold them back.
WITHOUT_CALLING: Final = (Obligation.UNLOGGED, Obligation.REPLY)


class TakenBy(models.TextChoices):
    """How a person came to an agent."""

    NEXT = "next", _("by Next")
    HAND = "hand", _("opened by hand")
    RESUMED = "resumed", _("gone on with")
    LEAD = "lead", _("taken over")


class EndedBy(models.TextChoices):
    """Why a lease is over."""

    SAVED = "saved", _("outcome saved")
    RELEASED = "released", _("given back")
    SKIPPED = "skipped", _("skipped")
    EXPIRED = "expired", _("time ran out")
    TAKEN_OVER = "taken_over", _("taken over by a lead")
    CASE_OVER = "case_over", _("nothing left to collect")


class SkipReason(models.TextChoices):
    """Why an agent passes a person on."""

    KNOWN = "known", _("I know this person")
    LANGUAGE = "language", _("We share no language")
    NEEDS_LEAD = "needs_lead", _("Needs a lead or a specialist")
    NEEDS_ANSWER = "needs_answer", _("Waits for an answer from somebody here")
    DATA = "data", _("Something in the data looks wrong")
    PAUSE = "pause", _("I need a pause from this one")
    OTHER = "other", _("Something else")


class AnotherVoice(models.TextChoices):
    """Why somebody else should speak with a person from now on."""

    HEATED = "heated", _("We only heat each other up")
    ABUSED = "abused", _("I was abused in a call")
    ASKED_FOR = "asked_for", _("They asked for somebody else")
    KNOWN = "known", _("I know this person")
    OTHER = "other", _("Something else")


class PointsStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a second person")
    ACTIVE = "active", _("active")
    RETIRED = "retired", _("retired")


POINTS_TRANSITIONS: Final[tuple[tuple[PointsStatus, PointsStatus], ...]] = (
    (PointsStatus.DRAFT, PointsStatus.PROPOSED),
    (PointsStatus.PROPOSED, PointsStatus.DRAFT),
    (PointsStatus.PROPOSED, PointsStatus.ACTIVE),
    (PointsStatus.ACTIVE, PointsStatus.RETIRED),
)
