"""What a result asks the collector for, and the closed answers that are no free text."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import Outcome


class Ask(models.TextChoices):
    """One thing that a result code may ask for; the logger shows the fields of what is asked."""

    NOTE = "note", _("a note")
    NEXT_TIME = "next_time", _("when the next step is due")
    CALLBACK = "callback", _("when to call back")
    PROMISE = "promise", _("the promise: amount, day, method")
    PAID = "paid", _("when and how it was paid")
    REASON = "reason", _("why it is late")
    DISPUTE = "dispute", _("what is disputed")
    MESSAGE = "message", _("which message was left")


#: The next step is a moment the person was promised, not one of ours.
TIMED: Final = (Ask.CALLBACK, Ask.NEXT_TIME)

#: What is agreed with the person: only somebody who was reached can agree to it.
AGREED: Final = (Ask.PROMISE, Ask.PAID, Ask.DISPUTE)


class LeadsTo(models.TextChoices):
    """What a result leads to before anybody else comes: the talk goes on there."""

    HARDSHIP = "hardship", _("the talk about hardship")
    PLAN = "plan", _("the choice of a plan")


class WhyLate(models.TextChoices):
    """What keeps the person from paying, asked once and dated."""

    FORGOT = "forgot", _("forgot, or mixed up the day")
    INCOME = "income", _("less income, or none")
    ILLNESS = "illness", _("illness or an accident")
    EXPENSES = "expenses", _("other bills came first")
    FAMILY = "family", _("separation or a death in the family")
    VEHICLE = "vehicle", _("trouble with the car")
    DISPUTE = "dispute", _("does not accept the debt")
    UNWILLING = "unwilling", _("does not want to pay")
    OTHER = "other", _("another reason")


class PaidThrough(models.TextChoices):
    """How the person says they paid."""

    TRANSFER = "transfer", _("bank transfer")
    DEBIT = "debit", _("direct debit")
    WALLET = "wallet", _("wallet or app")
    CASH = "cash", _("cash at a counter")
    DEALER = "dealer", _("through the dealer")
    CHEQUE = "cheque", _("cheque")
    UNSAID = "unsaid", _("did not say")


class DisputedMatter(models.TextChoices):
    """What the person does not accept."""

    IDENTITY = "identity", _("not their loan")
    AMOUNT = "amount", _("the amount")
    PAID = "paid", _("paid already")
    VEHICLE = "vehicle", _("the car or its repair")
    CONTRACT = "contract", _("the terms of the contract")
    TREATMENT = "treatment", _("how they were treated")
    OTHER = "other", _("something else")


#: The outcomes of a call that reached a voicemail: what was left there decides which one.
MESSAGE_LEFT: Final[dict[str, object]] = {
    Outcome.VOICEMAIL_NO_MESSAGE: _("no message"),
    Outcome.LIMITED_MESSAGE: _("the limited message, without a word of the debt"),
    Outcome.VOICEMAIL: _("another message"),
}
