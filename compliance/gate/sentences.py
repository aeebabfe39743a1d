"""What the gate's reasons and events say to a person, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the key that a rule gives; the values in brackets come with the finding.
REASONS: dict[str, Promise] = {
    # Unknown data, and the lender's feed.
    "rules_unknown": _("No contact rules are in force for this portfolio"),
    "history_unknown": _("Earlier contacts are not on file, so limits cannot be counted"),
    "contact_point_missing": _("No number or address was chosen"),
    "contact_point_invalid": _("This number or address is marked invalid"),
    "zone_unknown": _("Nobody knows which time zone the person is in"),
    "feed_missing": _("The lender has not sent repayments yet; the person may have paid"),
    "feed_stale": _("Repayments are complete only through %(through)s; the person may have paid"),
    # Hours and places.
    "window_closed": _("Outside calling hours, %(opens)s to %(closes)s where the person is"),
    "window_never_opens": _("The places on file have no calling hours in common"),
    "time_inconvenient": _("The person asked us to keep this time free"),
    "place_inconvenient": _("The person asked us not to use this place or number"),
    # How often.
    "limit_reached": _("Limit used up: %(used)s of %(limit)s in %(days)s days"),
    "limit_reached_today": _("Limit used up: %(used)s of %(limit)s today"),
    "pause_after_talk": _("Talked on %(talked_on)s; no call about this loan for %(days)s days"),
    "outcome_missing": _("A call of %(talked_on)s has no outcome yet; it may have been a talk"),
    "too_soon": _("Less than %(minutes)s minutes after the last call"),
    # What the person said yes or no to.
    "channel_refused": _("The person refused this way of contact"),
    "consent_missing": _("The person has not agreed to this way of contact"),
    "consent_refused": _("The person took back or refused their consent to this"),
    "opt_out_statement_missing": _("The message does not say how to stop further messages"),
    "reconfirmation_due": _("The number was last confirmed more than %(days)s days ago"),
    "never_confirmed": _("The person never wrote from this number or agreed to messages to it"),
    "work_email": _("This e-mail address is the employer's"),
    # Other people.
    "debtor_reachable": _("Others may be asked only once the borrower cannot be reached"),
    "third_party_content": _("Not the borrower: the contact would say more than is permitted"),
    "third_party_disclosure": _("Not the borrower: may only be asked where the borrower is"),
    "third_party_barred": _("Not the borrower: family, referees and friends are left alone"),
    "content_unknown": _("Not the borrower: say first what the contact will be about"),
    "location_asked": _("This person was already asked where the borrower is"),
    # Stops.
    "stop_cease": _("The person asked us to stop"),
    "stop_dispute": _("A dispute is open"),
    "stop_complaint": _("A complaint is open"),
    "stop_attorney": _("Represented by a lawyer: contact the lawyer only"),
    "stop_bankruptcy": _("Bankruptcy"),
    "stop_breathing_space": _("Breathing space: nobody may ask for payment or enforce"),
    "stop_deceased": _("The person has died"),
    "stop_hardship": _("Hardship is being looked at"),
    "stop_vulnerable": _("The person is vulnerable"),
    "stop_military": _("Military service"),
    "stop_employer_prohibits": _("The employer forbids contact at work"),
    "stop_third_party_refused": _("Not the debtor, and asked not to be contacted"),
    "stop_time_barred": _("The debt is time-barred: no suit may be threatened"),
    "stop_proceedings": _("Proceedings %(number)s run: only through counsel or the court"),
    "stop_hold": _("On hold"),
    "military_protection": _("Military service: nothing is taken without a court's order"),
    "no_threat_of_suit": _("Time-barred: ask for payment, but do not threaten a suit"),
    "validation_period": _("May be disputed until %(until)s; nothing may overshadow that"),
    # Visits.
    "visitors_too_few": _("A visit needs at least %(least)s people"),
    "visit_unrecorded": _("The whole visit must be recorded"),
    "visit_unannounced": _("The visit was not announced"),
    # Who acts, and with what.
    "agency_unlisted": _("The agency %(agency)s is not on the lender's list"),
    "agency_agreement_out": _("The agreement with the agency %(agency)s has run out"),
    "agency_evaluation_old": _("The agency %(agency)s was not evaluated for %(days)s days"),
    "private_phone": _("Not over a private telephone"),
    # Taking the car.
    "court_order_missing": _("No court order, and no consent of the borrower on the spot"),
    "goods_protected": _("So much of the price is paid that only a court may take the car back"),
    "paid_share_unknown": _("Nobody knows how much of the price is paid, so the car is protected"),
    "notice_missing": _("The notice that must come before has not been served"),
    "notice_running": _("A notice was served, and its days are not over"),
    "notice_place_unknown": _("The state is not on file, so the notice it asks for is unknown"),
}

EVENTS: dict[str, Promise] = {
    "place_known": _("opens when an address or number with a known place is on file"),
    "rule_pack_published": _("opens when the portfolio's rule pack is published"),
    "rule_pack_named": _("opens when the portfolio names its rule packs"),
    "history_imported": _("opens when the last contacts are imported"),
    "contact_point_added": _("opens when a number or address is chosen"),
    "contact_point_verified": _("opens when it is verified again"),
    "feed_received": _("opens when the lender's next repayment file is in"),
    "preference_ended": _("opens when the person says otherwise"),
    "limit_agreed": _("opens when another number is agreed with the person"),
    "consent_given": _("opens when the person agrees to it"),
    "number_reconfirmed": _("opens when the person writes from the number or agrees again"),
    "content_changed": _("opens with other content"),
    "purpose_changed": _("opens for a question where the borrower is"),
    "work_email_agreed": _("opens when the person writes from it or agrees to it"),
    "work_calls_agreed": _("opens when the person agrees to contact at work"),
    "debtor_unreachable": _("opens when the borrower's number is invalid or three contacts failed"),
    "location_lead": _("opens with a new lead to where the borrower is"),
    "stop_lifted": _("opens when the stop is lifted"),
    "attorney_released": _("opens when the lawyer agrees, does not answer, or no longer acts"),
    "cease_withdrawn": _("opens when the person takes the request back"),
    "debt_verified": _("opens when the verification is sent"),
    "complaint_closed": _("opens when the complaint is closed"),
    "hardship_decided": _("opens when help with payments is decided"),
    "moratorium_ended": _("opens when the Insolvency Service notifies the end"),
    "stay_ended": _("opens when the stay is lifted or the case is closed without a discharge"),
    "estate_known": _("opens for whoever settles the estate"),
    "proceedings_moved": _("opens at another stage of the proceedings, or at their end"),
    "threat_removed": _("opens without the threat"),
    "visitors_named": _("opens when enough people go"),
    "recording_declared": _("opens when the visit is recorded"),
    "agency_listed": _("opens when the agency is listed, evaluated and under agreement"),
    "system_line": _("opens over a line of the system"),
    "court_order": _("opens with a court order, or the borrower's consent on the spot"),
    "paid_share_known": _("opens when the share paid is known, or with a court order"),
    "notice_served": _("opens when the notice is served and its days are over"),
}


def reason_sentence(reason: str, values: Mapping[str, Any]) -> str:
    """Returns the sentence of a reason with its values filled in."""
    return str(REASONS[reason]) % values


def event_sentence(event: str) -> str:
    """Returns what has to happen first, or nothing when only time has to pass."""
    return str(EVENTS[event]) if event else ""
