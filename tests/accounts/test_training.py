"""Who has passed which course, and until when it counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.training.models import Certificate, Course
from accounts.training.queries import holders, holds
from accounts.training.services import issue_certificate, revoke_certificate, save_course
from accounts.users.models import User
from core.audit import SYSTEM, Actor, AuditEntry

SKILL = "debt.calls"


@pytest.fixture
def course(db: None) -> Course:
    return save_course(skill=SKILL, name="Calling people", valid_months=12, by=SYSTEM)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 27), False),
        (date(2026, 2, 28), True),
        (date(2027, 2, 27), True),
        (date(2027, 2, 28), False),
    ],
)
def test_a_certificate_counts_from_its_day_to_its_last(
    ana: User, course: Course, on: date, expected: bool
) -> None:
    issue_certificate(user=ana, course=course, issued_on=date(2026, 2, 28), by=SYSTEM)

    assert holds(ana, SKILL, on) is expected
    assert (ana.pk in holders(SKILL, on)) is expected
    assert not holds(ana, "another.skill", on)


@pytest.mark.parametrize(
    ("issued_on", "months", "last_day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2026, 1, 1), None, None),
    ],
)
def test_the_last_day_follows_from_the_course(
    ana: User, issued_on: date, months: int | None, last_day: date | None
) -> None:
    course = save_course(skill="x.y", name="X", valid_months=months, by=SYSTEM)

    certificate = issue_certificate(user=ana, course=course, issued_on=issued_on, by=SYSTEM)

    assert certificate.expires_on == last_day


def test_revoked_counts_no_longer_from_that_day(ana: User, course: Course) -> None:
    certificate = issue_certificate(user=ana, course=course, issued_on=date(2026, 1, 1), by=SYSTEM)
    with pytest.raises(ValidationError, match="Say why"):
        revoke_certificate(
            certificate=certificate, revoked_on=date(2026, 3, 1), by=SYSTEM, reason=" "
        )
    assert holds(ana, SKILL, date(2026, 3, 1))

    revoke_certificate(
        certificate=certificate, revoked_on=date(2026, 3, 1), by=SYSTEM, reason="Failed a review"
    )

    assert holds(ana, SKILL, date(2026, 2, 28))
    assert not holds(ana, SKILL, date(2026, 3, 1))
    with pytest.raises(ValidationError, match="already"):
        revoke_certificate(
            certificate=certificate, revoked_on=date(2026, 4, 1), by=SYSTEM, reason="Again"
        )


def test_nobody_certifies_themselves_nor_twice_nor_in_a_closed_course(
    ana: User, ben: User, course: Course
) -> None:
    day = date(2026, 1, 1)
    with pytest.raises(ValidationError, match="themselves"):
        issue_certificate(user=ben, course=course, issued_on=day, by=Actor.of(ben))
    issue_certificate(user=ana, course=course, issued_on=day, by=Actor.of(ben))
    with pytest.raises(ValidationError):
        issue_certificate(user=ana, course=course, issued_on=day, by=Actor.of(ben))
    closed = save_course(
        skill=SKILL, name="Calling people", is_active=False, course=course, by=SYSTEM
    )
    with pytest.raises(ValidationError, match="no longer in use"):
        issue_certificate(user=ana, course=closed, issued_on=date(2026, 2, 1), by=Actor.of(ben))

    assert Certificate.objects.count() == 1
    assert AuditEntry.objects.filter(action="certificate.issued").count() == 1


@pytest.mark.parametrize("skill", ["Debt Calls", "", "9lives", SKILL])
def test_skill_codes_are_plain_and_unique(course: Course, skill: str) -> None:
    with pytest.raises(ValidationError):
        save_course(skill=skill, name="Other", by=SYSTEM)
    assert Course.objects.count() == 1


def test_certificates_are_seen_by_their_holder_the_lead_and_managers(
    ana: User, ben: User, ada: User, course: Course
) -> None:
    issue_certificate(user=ana, course=course, issued_on=date(2026, 1, 1), by=SYSTEM)

    for user, count in ((ana, 1), (ben, 0), (ada, 1)):
        assert Certificate.objects.visible_to(user).count() == count
    ben.leads.add(ana.team)
    assert Certificate.objects.visible_to(ben).count() == 1
