"""The points table: what it gives in Python is what it gives in SQL; nobody starves; two people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.access.rights import Role
from accounts.models import User
from collections_app.worklist.points import (
    STANDARD,
    YES_NO,
    Band,
    Factor,
    bands_of,
    earned,
    points_sql,
    problems_of,
)
from collections_app.worklist.points_services import (
    decide_points,
    install_standard_points,
    points_in_force,
    propose_points,
    write_points,
)
from collections_app.worklist.points_tables import PointsTable
from core.audit.actors import Actor
from tests.loans.builders import CLERK

WAITING = Band(Factor.DAYS_WITHOUT_CONTACT, 2, each=1)
FACTS = {
    "days_to_roll": 2,
    "days_past_due": 29,
    "overdue_amount": Decimal("9999.50"),
    "days_without_contact": 9,
    "never_contacted": False,
    "first_missed": True,
    "promise_broken": False,
    "relationship_strained": False,
    "relationship_hot": False,
    "currency": "CNY",
}

_whole = st.integers(-5, 40)
_facts = st.fixed_dictionaries(
    {
        "days_to_roll": st.none() | _whole,
        "days_past_due": st.integers(0, 900),
        "overdue_amount": st.decimals(0, 20_000, places=2),
        "days_without_contact": st.integers(0, 900),
        "never_contacted": st.booleans(),
        "first_missed": st.booleans(),
        "promise_broken": st.booleans(),
        "relationship_strained": st.booleans(),
        "relationship_hot": st.booleans(),
        "currency": st.sampled_from(["CNY", "USD", "EUR"]),
    }
)


@st.composite
def _bands(draw) -> Band:
    factor = draw(st.sampled_from(list(Factor)))
    points = draw(st.integers(-50, 50).filter(bool))
    currency = draw(st.sampled_from(["CNY", "USD"])) if factor == Factor.OVERDUE else ""
    if factor in YES_NO:
        return Band(factor, points)
    if draw(st.booleans()):
        return Band(factor, points, each=draw(st.integers(1, 9)), currency=currency)
    low = draw(_whole)
    return Band(
        factor, points, at_least=low, at_most=low + draw(st.integers(0, 9)), currency=currency
    )


@pytest.mark.django_db
@given(bands=st.lists(_bands(), max_size=6), facts=_facts)
def test_sql_gives_the_points_that_python_explains(bands, facts):
    table = (*bands, WAITING)
    if problems_of(table):
        return
    columns = ", ".join(FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {points_sql(table)} FROM (SELECT %s::int, %s::int, %s::numeric, %s::int,"
            f" %s::bool, %s::bool, %s::bool, %s::bool, %s::bool, %s::text)"
            f" AS facts ({columns})",
            [facts[name] for name in FACTS],
        )
        in_sql = cursor.fetchone()[0]

    assert in_sql == sum(one.points for one in earned(table, facts))


def test_every_line_that_holds_counts_and_the_weightiest_is_said_first():
    assert [(one.factor, one.points, one.value) for one in earned(STANDARD, FACTS)] == [
        ("days_to_roll", 25, 2),
        ("first_missed", 20, None),
        ("days_without_contact", 18, 9),
        ("overdue_amount", 10, Decimal("9999.50")),
    ]


def test_waiting_outweighs_everything_in_the_end():
    most = sum(max(0, band.points) for band in STANDARD if band.each is None)
    forgotten = FACTS | {"days_to_roll": None, "first_missed": False, "overdue_amount": Decimal(1)}

    points = sum(one.points for one in earned(STANDARD, forgotten | {"days_without_contact": 120}))

    assert points > most


def test_the_standard_table_can_rank_and_reads_back_as_it_was_kept():
    assert problems_of(STANDARD) == []
    assert bands_of(band.as_data() for band in STANDARD) == STANDARD


@pytest.mark.parametrize(
    ("bands", "says"),
    [
        ((), "at least one line"),
        ((Band(Factor.NEVER_CONTACTED, 5),), "rewards waiting"),
        ((Band(Factor.DAYS_WITHOUT_CONTACT, -2, each=1),), "rewards waiting"),
        ((Band("made_up", 5), WAITING), "no factor"),
        ((Band(Factor.NEVER_CONTACTED, 0), WAITING), "1 to 1,000"),
        ((Band(Factor.NEVER_CONTACTED, 5, at_most=1), WAITING), "leave its values empty"),
        ((Band(Factor.DAYS_TO_ROLL, 5), WAITING), "from where or up to where"),
        ((Band(Factor.DAYS_TO_ROLL, 5, at_least=3, at_most=2), WAITING), "ends before"),
        ((Band(Factor.DAYS_TO_ROLL, 5, each=0), WAITING), "one whole number"),
        ((Band(Factor.OVERDUE, 5, at_most=2), WAITING), "which currency"),
        ((Band(Factor.OVERDUE, 5, at_most=2, currency="'; "), WAITING), "which currency"),
        ((Band(Factor.DAYS_TO_ROLL, 5, at_most=2, currency="CNY"), WAITING), "has no currency"),
        (
            (Band(Factor.DAYS_TO_ROLL, 5, at_most=2), Band(Factor.DAYS_TO_ROLL, 4, at_least=2)),
            "meet",
        ),
        ((WAITING, WAITING), "meet"),
    ],
)
def test_a_table_that_cannot_rank_says_why(bands, says):
    assert any(says in problem for problem in problems_of(bands))


def test_two_currencies_stand_side_by_side():
    bands = [Band(Factor.OVERDUE, 5, at_least=1, currency=code) for code in ("CNY", "USD")]
    assert problems_of([*bands, WAITING]) == []


# --- versions ----------------------------------------------------------------------------------
def _person(role: Role) -> Actor:
    return Actor.of(User.objects.create_user(f"{role}@example.com", full_name=role, role=role))


@pytest.mark.django_db
def test_the_standard_table_ranks_until_two_people_make_another():
    assert points_in_force().version == 1
    assert not PointsTable.objects.exists()  # reading writes nothing
    first = install_standard_points(by=CLERK)
    assert install_standard_points(by=CLERK) == first
    maria, cleo = _person(Role.MANAGER), _person(Role.COMPLIANCE_OFFICER)

    draft = write_points(bands=[WAITING], reason="Only waiting counts", by=maria)
    assert points_in_force() == first
    proposed = propose_points(table=draft, by=maria)
    with pytest.raises(PermissionDenied):
        decide_points(table=proposed, activate=True, reason="", by=maria)
    assert points_in_force() == first
    decide_points(table=proposed, activate=True, reason="", by=cleo)

    assert points_in_force() == draft
    first.refresh_from_db()
    assert first.status == "retired"


@pytest.mark.django_db
def test_a_refusal_needs_a_reason_and_makes_it_a_draft_again():
    maria, cleo = _person(Role.MANAGER), _person(Role.COMPLIANCE_OFFICER)
    draft = write_points(bands=[WAITING], reason="Only waiting counts", by=maria)
    with pytest.raises(ValidationError):
        decide_points(table=draft, activate=True, reason="", by=cleo)
    proposed = propose_points(table=draft, by=maria)
    with pytest.raises(ValidationError):
        decide_points(table=proposed, activate=False, reason=" ", by=cleo)

    back = decide_points(table=proposed, activate=False, reason="Too simple", by=cleo)

    assert (back.status, back.approval) == ("draft", None)
    assert propose_points(table=back, by=maria).status == "proposed"


@pytest.mark.django_db
def test_a_table_that_was_written_never_changes():
    draft = write_points(bands=[WAITING], reason="Only waiting counts", by=CLERK)
    for change in ({"lines": []}, {"version": 9}):
        with pytest.raises(InternalError), transaction.atomic():
            PointsTable.objects.filter(pk=draft.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        PointsTable.objects.filter(pk=draft.pk).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(("bands", "reason"), [((), "Empty"), ((WAITING,), "  ")])
def test_what_cannot_rank_or_says_no_reason_is_not_kept(bands, reason):
    with pytest.raises(ValidationError):
        write_points(bands=bands, reason=reason, by=CLERK)
    assert not PointsTable.objects.exists()
