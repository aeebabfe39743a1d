"""Why a message did not go out or waits, in words that a page can say in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "paid": _("Nothing is owed any more"),
    "amount_changed": _("What is owed changed from %(planned)s to %(now)s since it was planned"),
    "not_due": _("The due date it speaks of is no longer the next one"),
    "no_longer_true": _("What it was to say is no longer so"),
    "gate": _("The gate refused: %(codes)s"),
    "gate_waits": _("The gate is closed until then: %(codes)s"),
    "held": _("On hold: %(reason)s"),
    "held_too_long": _("Expired while it was on hold"),
    "expired": _("Its time passed before it could go out"),
    "no_template": _("No approved wording in the person's language or the portfolio's"),
    "template_incomplete": _("The wording asks for a value that is not there: %(field)s"),
    "unregistered": _(
        "The provider sends only registered texts: write a version of “%(wording)s” "
        "(%(language)s) with its signature and template code"
    ),
    "no_account": _("No provider serves this channel for the portfolio"),
    "address_gone": _("The number or address is marked invalid"),
    "not_a_party": _("The person is no longer a party of the loan"),
    "refused": _("The provider refused it: %(said)s"),
    "try_again": _("The provider asked to try again later: %(said)s"),
    "too_many_tries": _("Given up after %(tries)s tries: %(said)s"),
    "poison": _("Set aside: it broke every worker that tried it (%(said)s)"),
    "worker_lost": _("A worker was lost before it called the provider"),
    "lease_lost": _("A worker was lost while it called the provider"),
    "unclear": _("The call broke off and nobody knows whether it was taken: %(said)s"),
    "found": _("The provider was asked and has it"),
    "absent": _("The provider was asked and never got it"),
    "cannot_tell": _("The provider was asked and cannot tell: %(said)s"),
    "sent_again": _("Sent again under the same reference, which the provider takes only once"),
    "posted": _("Posted on %(day)s"),
    "not_posted": _("The letter was not posted: %(said)s"),
    "came_back": _("The letter came back: %(said)s"),
    "bounced": _("The provider says it did not arrive: %(said)s"),
    "settled_sent": _("A person found out that it was sent"),
    "settled_not_sent": _("A person found out that it was not sent"),
    "withdrawn": _("Withdrawn: %(said)s"),
    "promise_gone": _("The promise it speaks of is over"),
    "relationship": _(
        "The relationship is heated: the line of the strategy leaves this person out"
    ),
    "relationship_rest": _("The relationship is heated: the strategy writes less often"),
    "superseded": _("Another message to the same person says it all"),
}


def sentence(reason: str, values: Mapping[str, Any]) -> str:
    """Returns the reason as a sentence with its values filled in; nothing for none."""
    return str(REASONS[reason]) % values if reason else ""


#: Reasons whose sentence cannot simply be cut before its values.
_SHORT: dict[str, Promise] = {
    "amount_changed": _("What is owed changed"),
    "unregistered": _("The wording is not registered with the provider"),
    "posted": _("Posted"),
    "not_posted": _("The letter was not posted"),
    "came_back": _("The letter came back"),
    "too_many_tries": _("Given up after many tries"),
}


def short_name(reason: str) -> str:
    """Returns the reason without its values, as a filter of a list is called."""
    if reason in _SHORT:
        return str(_SHORT[reason])
    text = str(REASONS[reason])
    return re.sub(r"[\s,:：(（]*%\(\w+\)s.*", "", text) or text
