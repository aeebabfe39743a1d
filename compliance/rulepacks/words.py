"""The words that values of rules are made of, parameter by parameter, for pages and forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.attempts.models import (
    AttemptChannel,
    AttemptMode,
    AttemptPurpose,
    Direction,
    Outcome,
)
from compliance.consents.models import ConsentKind
from compliance.gate.facts import Content
from compliance.notices.models import NoticeKind, OrderKind
from loans.contracts.models import PartyRole

Vocabulary = Mapping[str, str | Promise]


def _of(choices: type[Choices]) -> Vocabulary:
    return dict(choices.choices)


CHANNELS: Final = _of(AttemptChannel)
PURPOSES: Final = _of(AttemptPurpose)
PLACES: Final[Vocabulary] = {
    "home": _("home"),
    "work": _("work"),
    "mobile": _("mobile"),
    "unknown": _("not known"),
}
CONTENT: Final[Vocabulary] = {
    Content.OPT_OUT_STATEMENT: _("how to opt out"),
    Content.OPT_OUT_CONFIRMATION: _("that the opt-out is done"),
    Content.DEBT_DETAILS: _("details of the debt"),
    Content.ASK_RELAY: _("a request to pass on a message"),
    Content.ANSWERS_OFFER_TO_PAY: _("an answer to an offer to pay"),
    Content.MENTIONS_DEBT: _("that there is a debt"),
    Content.PAYMENT_REQUEST: _("a request to pay"),
    Content.THREAT_OF_SUIT: _("a threat of suit"),
    Content.ENDS_COLLECTION: _("that collection ends"),
    Content.MAY_INVOKE_REMEDY: _("that a remedy may be used"),
    Content.INTENDS_TO_INVOKE_REMEDY: _("that a remedy will be used"),
    Content.CONFIRMING_LOCATION: _("a question where the borrower is"),
    Content.NEW_LOCATION_LEAD: _("a new lead where the borrower is"),
    Content.VERIFICATION: _("verification of the debt"),
    Content.COMPLAINT_REPLY: _("the answer to a complaint"),
    Content.REQUESTED_INFORMATION: _("information the person asked for"),
}
UNITS: Final[Vocabulary] = {
    "person_debt": _("each person and debt"),
    "debt": _("each debt"),
    "account": _("each account"),
    "number": _("each number"),
    "debtor": _("each debtor, over all debts"),
    "person": _("each person, over all debts"),
}
UNREACHABLE: Final[Vocabulary] = {
    "number_invalid": _("the number is invalid"),
    "three_failures": _("three contacts in a row failed"),
    "deceased": _("the debtor has died"),
    "incapacitated": _("the debtor cannot act"),
}
RECIPIENTS: Final[Vocabulary] = {
    "consumer_attorney": _("the person's lawyer"),
    "creditor": _("the creditor"),
    "creditor_attorney": _("the creditor's lawyer"),
    "collector_attorney": _("our lawyer"),
    "credit_bureau": _("a credit reporting agency"),
    "executor": _("the executor"),
    "guardian": _("the guardian"),
}
RELATIONSHIPS: Final[Vocabulary] = {"spouse": _("husband or wife"), "parent": _("parent")}

#: Which words a parameter takes; one without its line takes numbers, times or words of its own.
VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    "channels": CHANNELS,
    "modes": _of(AttemptMode),
    "purposes": PURPOSES,
    "for_purposes": PURPOSES,
    "except_channels": CHANNELS,
    "except_permissions": _of(ConsentKind),
    "except_purposes": PURPOSES,
    "roles": _of(PartyRole),
    "places": PLACES,
    "except_places": PLACES,
    "except_content": CONTENT,
    "except_recipients": RECIPIENTS,
    "except_relationships": RELATIONSHIPS,
    "unit": UNITS,
    "outcomes": {**_of(Outcome), "reserved": _("booked, not ended yet")},
    "counted_channels": CHANNELS,
    "counted_modes": _of(AttemptMode),
    "counted_places": PLACES,
    "uncounted_places": PLACES,
    "directions": _of(Direction),
    "uncounted_recipients": RECIPIENTS,
    "permission": _of(ConsentKind),
    "permitted": CONTENT,
    "free_when": CONTENT,
    "overshadowing": CONTENT,
    "reasons": UNREACHABLE,
    "notice": _of(NoticeKind),
    "orders": _of(OrderKind),
}

PARAMETERS: Final[Mapping[str, str | Promise]] = {
    "rule": _("rule"),
    "opens": pgettext_lazy("rule", "opens"),
    "closes": pgettext_lazy("rule", "closes"),
    "may_be_agreed": _("may be agreed otherwise"),
    "limit": _("limit"),
    "days": _("days"),
    "minutes": _("minutes"),
    "unit": _("counted for"),
    "outcomes": _("what counts"),
    "counted_channels": _("counted ways of contact"),
    "counted_modes": _("counted voices"),
    "counted_places": _("counted places"),
    "uncounted_places": _("places not counted"),
    "directions": _("counted directions"),
    "uncounted_recipients": _("recipients not counted"),
    "call_back_days": _("days a wish to be called counts"),
    "permission": _("yes needed for"),
    "of_anybody": _("of anybody on the loan"),
    "reply_within_hours": _("a message may be answered within, hours"),
    "oral_days": _("days a spoken wish lasts"),
    "codebtor_chapters": _("chapters that protect co-debtors"),
    "permitted": _("may say only"),
    "for_purposes": _("only for"),
    "free_when": _("may say all for"),
    "reasons": _("out of reach means"),
    "notice": _("notice"),
    "days_by_place": _("days by place"),
    "first_only": _("only for the first visit"),
    "least": _("people at least"),
    "receipt_days": _("working days until it arrives"),
    "overshadowing": _("may not say"),
    "paid_share": _("share of the price paid"),
    "orders": _("orders that permit it"),
    "agencies": _("agencies"),
    "evaluated_within_days": _("evaluated within, days"),
    "answer_days": _("answered within, days from receipt"),
    "acknowledge_days": _("acknowledged within, days"),
    "channels": _("ways of contact"),
    "modes": pgettext_lazy("who speaks in a contact", "voice"),
    "purposes": _("purposes"),
    "roles": pgettext_lazy("rule", "people"),
    "places": _("places"),
    "except_channels": _("not for ways of contact"),
    "except_permissions": _("not with a yes to"),
    "except_purposes": _("not for purposes"),
    "except_content": _("not where it says only"),
    "except_recipients": _("not for recipients"),
    "except_relationships": _("not for relationships"),
    "except_places": _("not at places"),
}


def parameter_name(name: str) -> str:
    """Returns what a parameter is called on pages; an unknown one keeps its own name."""
    return str(PARAMETERS.get(name, name))


def value_text(name: str, value: Any) -> str:
    """Returns a value of a parameter as a person reads it."""
    if value is None or value in ([], {}):
        return str(_("not given"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "paid_share":
        return "/".join(map(str, value))
    if isinstance(value, list):
        return str(_("; ")).join(_word(name, item) for item in value)
    if isinstance(value, Mapping):
        return str(_("; ")).join(f"{key}: {_nested(item)}" for key, item in value.items())
    return _word(name, value)


def _word(name: str, value: Any) -> str:
    return str(VOCABULARIES.get(name, {}).get(value, value))


def _nested(value: Any) -> str:
    """An agency with its days, or the days of a place."""
    if isinstance(value, Mapping):
        return " ".join(f"{parameter_name(key)} {item}" for key, item in value.items())
    return str(value)
