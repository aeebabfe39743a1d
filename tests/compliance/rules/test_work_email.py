"""E-mail addresses of employers."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import (
    OTHER_LOAN,
    OTHER_PARTY,
    OTHER_PHONE,
    PHONE,
    answer,
    facts,
    past,
    said,
    standard,
)

WORK = standard("REGF-EMAIL-WORK")
NOON = "2026-05-12T12:00:00-04:00"


def _mail(**changes):
    told = {"channel": "email", "direction": "inbound", "outcome": "received", **changes}
    return past("2026-05-01T12:00:00-04:00", **told)


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({}, "work_email_agreed"),
        ({"is_work_email": False}, ""),
        ({"permissions": (said("yes", "work_email"),)}, ""),
        ({"permissions": (said("yes", "work_email", contact_point_id=PHONE),)}, ""),
        ({"permissions": (said("yes", "work_email", contact_point_id=OTHER_PHONE),)},
         "work_email_agreed"),
        ({"permissions": (said("yes", "work_email"),
                          said("no", "work_email", "2026-05-01T00:00+00:00"))},
         "work_email_agreed"),
        ({"permissions": (said("yes", channel="email"),)}, "work_email_agreed"),
        ({"permissions": (said("yes", "work_email", "2026-05-12T13:00:00-04:00"),)},
         "2026-05-12 13:00:00"),
        # The person wrote from it about this debt.
        ({"history": (_mail(),)}, ""),
        ({"history": (_mail(loan_ids=(OTHER_LOAN,)),)}, "work_email_agreed"),
        ({"history": (_mail(contact_point_id=OTHER_PHONE),)}, "work_email_agreed"),
        ({"history": (_mail(party_id=OTHER_PARTY),)}, "work_email_agreed"),
        ({"history": (_mail(direction="outbound", outcome="sent"),)}, "work_email_agreed"),
    ],
)  # fmt: skip
def test_the_employers_address_waits_for_the_person(changes, opens):
    asked = facts(NOON, channel="email", **{"is_work_email": True, **changes})

    assert answer(asked, WORK) == opens
