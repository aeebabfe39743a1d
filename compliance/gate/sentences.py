"""What the gate's reasons and events say to a person, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "window_closed": _("Outside calling hours, %(opens)s to %(closes)s where the person is"),
    "window_never_opens": _("The places on file have no calling hours in common"),
    "rules_unknown": _("No contact rules are in force for this portfolio"),
    "history_unknown": _("Earlier contacts are not on file, so limits cannot be counted"),
    "contact_point_missing": _("No number or address was chosen"),
    "contact_point_invalid": _("This number or address is marked invalid"),
    "zone_unknown": _("Nobody knows which time zone the person is in"),
    "feed_missing": _("The lender has not sent repayments yet; the person may have paid"),
    "feed_stale": _("Repayments are complete only through %(through)s; the person may have paid"),
    "stop_cease": _("The person asked us to stop"),
    "stop_dispute": _("A dispute is open"),
    "stop_complaint": _("A complaint is open"),
    "stop_attorney": _("Represented by a lawyer: contact the lawyer only"),
    "stop_bankruptcy": _("Bankruptcy"),
    "stop_deceased": _("The person has died"),
    "stop_hardship": _("Hardship is being looked at"),
    "stop_vulnerable": _("The person is vulnerable"),
    "stop_military": _("Military service"),
    "stop_hold": _("On hold"),
    "channel_refused": _("The person refused this way of contact"),
}

EVENTS: dict[str, Promise] = {
    "place_known": _("opens when an address or number with a known place is on file"),
    "rule_pack_published": _("opens when the portfolio's rule pack is published"),
    "rule_pack_named": _("opens when the portfolio names its rule packs"),
    "history_imported": _("opens when the last contacts are imported"),
    "contact_point_added": _("opens when a number or address is chosen"),
    "contact_point_verified": _("opens when it is verified again"),
    "feed_received": _("opens when the lender's next repayment file is in"),
    "stop_lifted": _("opens when the stop is lifted"),
    "consent_given": _("opens when the person agrees to it"),
}


def reason_sentence(reason: str, values: Mapping[str, Any]) -> str:
    """Returns the sentence of a reason with its values filled in."""
    return str(REASONS[reason]) % values


def event_sentence(event: str) -> str:
    """Returns what has to happen first, or nothing when only time has to pass."""
    return str(EVENTS[event]) if event else ""
