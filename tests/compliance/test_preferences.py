"""Preferences: what may be asked for, once, until it is ended."""

from __future__ import annotations

from datetime import date, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from compliance.preferences.models import Preference
from compliance.preferences.services import add_preference, end_preference
from core import clock
from core.audit.models import AuditEntry
from core.encryption.words import words_in
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())[1]


def _wish(party, **changes):
    values = {"source": "call of 12 May", "starts_at": clock.now(), "by": CLERK}
    return add_preference(party=party, **{**values, **changes})


def test_every_kind_is_recorded_with_its_parts(phone):
    party = phone.party

    nights = _wish(
        party, kind="inconvenient_time", days=[4, 0, 0], opens=time(15), closes=time(17), note="x"
    )
    place = _wish(party, kind="inconvenient_place", place="work")
    number = _wish(party, kind="inconvenient_place", contact_point=phone)
    hours = _wish(party, kind="agreed_hours", opens=time(21), closes=time(22))
    cap = _wish(party, kind="agreed_cap", rule="CN-TALK-3D", count=5, until=date(2026, 12, 31))

    assert nights.days == [0, 4]
    assert words_in(nights, "note", key=party.data_key) == "x"
    assert (place.place, number.contact_point_id) == ("work", phone.pk)
    assert (hours.opens, hours.closes) == (time(21), time(22))
    assert (cap.rule, cap.count, cap.until) == ("CN-TALK-3D", 5, date(2026, 12, 31))
    assert AuditEntry.objects.filter(action="preference.added").count() == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "mood"}, "is not a preference"),
        ({"kind": "inconvenient_time"}, "record that as a stop"),
        ({"kind": "inconvenient_time", "days": []}, "at least one day"),
        ({"kind": "inconvenient_time", "days": [7]}, "at least one day"),
        ({"kind": "inconvenient_time", "opens": time(9), "closes": time(9)}, "the same hour"),
        ({"kind": "inconvenient_time", "opens": time(9), "place": "work"}, "not said with: place"),
        ({"kind": "inconvenient_place"}, "either a place or one number"),
        ({"kind": "inconvenient_place", "place": "moon"}, "either a place or one number"),
        ({"kind": "agreed_hours", "days": [1]}, "hours that were agreed"),
        ({"kind": "agreed_cap", "rule": "CN-TALK-3D"}, "rule and the number"),
        ({"kind": "inconvenient_place", "place": "work", "source": ""}, "Say where it comes from"),
        (
            {"kind": "inconvenient_place", "place": "work", "until": date(2026, 5, 1)},
            "last day lies before",
        ),
    ],
)
def test_a_refused_preference_leaves_nothing_behind(phone, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        _wish(phone.party, **changes)

    assert not Preference.objects.exists()
    assert not AuditEntry.objects.filter(action="preference.added").exists()


def test_the_number_of_somebody_else_is_refused(phone):
    portfolio = phone.party.loans.get().loan.portfolio
    stranger = build_party(portfolio, customer_no="C-8", full_name="Else")

    with pytest.raises(ValidationError, match="somebody else"):
        _wish(stranger, kind="inconvenient_place", contact_point=phone)


def test_the_same_again_is_a_no_op_until_it_was_ended(phone):
    first = _wish(phone.party, kind="inconvenient_place", place="work")
    with time_machine.travel("2026-05-12T18:05:00+00:00", tick=False):
        again = _wish(phone.party, kind="inconvenient_place", place="work")
    assert first.pk == again.pk

    end_preference(preference=first, reason="changed jobs", by=CLERK)
    anew = _wish(phone.party, kind="inconvenient_place", place="work")

    assert anew.pk != first.pk


def test_ending_needs_a_reason_and_happens_once(phone):
    wish = _wish(phone.party, kind="inconvenient_place", place="work")

    with pytest.raises(ValidationError, match="no longer holds"):
        end_preference(preference=wish, reason=" ", by=CLERK)
    end_preference(preference=wish, reason="changed jobs", by=CLERK)
    with pytest.raises(ValidationError, match="ended by Clerk"):
        end_preference(preference=wish, reason="again", by=CLERK)

    wish.refresh_from_db()
    assert (wish.ended_by, wish.ended_reason) == (CLERK.label, "changed jobs")
    assert AuditEntry.objects.filter(action="preference.ended").count() == 1


def test_what_was_asked_for_cannot_be_edited_or_deleted(phone):
    wish = _wish(phone.party, kind="inconvenient_place", place="work")

    with pytest.raises(DatabaseError), transaction.atomic():
        Preference.objects.filter(pk=wish.pk).update(place="home")
    with pytest.raises(DatabaseError), transaction.atomic():
        Preference.objects.filter(pk=wish.pk).delete()
