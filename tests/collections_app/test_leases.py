"""Leases: one person with one agent; renewed, lost, gone on with, skipped, taken over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction

from accounts.access.rights import Role
from accounts.inbox.models import Notice
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.services import start_call
from collections_app.worklist.flow import EndedBy
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.lease_rows import end_run_out
from collections_app.worklist.leases import (
    Claim,
    Held,
    LeaseLost,
    claim_next,
    lease_of,
    release,
    renew,
    require_lease,
    skip,
    take_over,
    take_up,
)
from collections_app.worklist.skips import note_of
from core import clock
from core.audit.models import AuditEntry
from tests.collections_app.builders import build_desk
from tests.collections_app.test_claiming import _follow, _more_cases
from tests.compliance.builders import OPEN_AT

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        found = build_desk()
        _follow()
        lead = User.objects.create_user("lead@example.com", full_name="Lea Lead", role="team_lead")
        User.objects.filter(pk=lead.pk).update(team=found.cast.team)
        found.cast.team.lead = lead
        found.cast.team.save()
        found.cast.extra["lead"] = User.objects.get(pk=lead.pk)
        yield found


@pytest.fixture
def lease(desk) -> Lease:
    found = claim_next(agent=desk.cast.ana)
    assert isinstance(found, Claim)
    return found.lease


def _later(minutes: float):
    return time_machine.travel(clock.now() + minutes * MINUTE, tick=False)


def _rows() -> list[tuple[str, str]]:
    leases = Lease.objects.order_by("taken_at", "pk")
    return [(lease.agent.full_name, lease.ended_because) for lease in leases]


# --- kept, renewed, over ---------------------------------------------------------------------
def test_renewing_gives_the_whole_five_minutes_again(desk, lease):
    with _later(4):
        kept = renew(lease_token=lease.token, agent=desk.cast.ana)

        assert kept.expires_at == clock.now() + 5 * MINUTE
    with _later(8):
        assert lease_of(desk.case.borrower_id) == kept


def test_a_lease_that_ran_out_is_no_longer_renewed_and_ends_when_its_time_did(desk, lease):
    with _later(5):
        with pytest.raises(LeaseLost) as lost:
            renew(lease_token=lease.token, agent=desk.cast.ana)
        assert lost.value.holder is None
        assert lease_of(desk.case.borrower_id) is None
        assert end_run_out() == 1
    lease.refresh_from_db()
    assert (lease.ended_because, lease.ended_at) == ("expired", lease.expires_at)


def test_the_loser_hears_who_has_the_person_now(desk, lease):
    with _later(6):
        take_up(agent=desk.cast.ben, case=desk.case)
        for refused in (
            lambda: renew(lease_token=lease.token, agent=desk.cast.ana),
            lambda: require_lease(
                agent=desk.cast.ana, party_id=desk.case.borrower_id, token=lease.token
            ),
            lambda: skip(agent=desk.cast.ana, lease_token=lease.token, reason="known"),
        ):
            with pytest.raises(LeaseLost) as lost:
                refused()
            assert lost.value.holder == desk.cast.ben

    assert _rows() == [(desk.cast.ana.full_name, "expired"), (desk.cast.ben.full_name, "")]


def test_what_somebody_else_has_is_not_taken_up_and_nothing_changes(desk, lease):
    with pytest.raises(Held) as held:
        take_up(agent=desk.cast.ben, case=desk.case)

    assert (held.value.by, held.value.until) == (desk.cast.ana, lease.expires_at)
    assert _rows() == [(desk.cast.ana.full_name, "")]


def test_a_lease_that_ran_out_while_nobody_took_the_person_is_gone_on_with(desk, lease):
    with _later(20):
        resumed = require_lease(
            agent=desk.cast.ana, party_id=desk.case.borrower_id, token=lease.token
        )

        assert resumed.pk != lease.pk
        assert (resumed.taken_by, resumed.reasons) == ("resumed", lease.reasons)
        assert resumed.points_table_id == lease.points_table_id
    assert [because for _agent, because in _rows()] == ["expired", ""]


@pytest.mark.parametrize("token", ["", "nonsense", "0b8f0a5e-0000-4000-8000-000000000000"])
def test_a_token_that_is_not_ones_own_gives_nobody(desk, lease, token):
    release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.RELEASED)

    with pytest.raises(LeaseLost):
        require_lease(agent=desk.cast.ana, party_id=desk.case.borrower_id, token=token)
    with pytest.raises(LeaseLost):
        require_lease(agent=desk.cast.ben, party_id=desk.case.borrower_id, token=lease.token)
    assert lease_of(desk.case.borrower_id) is None


def test_who_went_on_to_somebody_else_does_not_write_about_the_one_before(desk, lease):
    other = _more_cases(desk, 1)[0]
    take_up(agent=desk.cast.ana, case=other)

    with pytest.raises(LeaseLost):
        require_lease(agent=desk.cast.ana, party_id=desk.case.borrower_id, token=lease.token)
    assert lease_of(other.borrower_id).agent == desk.cast.ana


def test_taking_up_another_gives_the_first_back_and_the_same_one_goes_on(desk, lease):
    other = _more_cases(desk, 1)[0]

    assert take_up(agent=desk.cast.ana, case=desk.case).pk == lease.pk
    take_up(agent=desk.cast.ana, case=other)

    lease.refresh_from_db()
    assert lease.ended_because == "released"


def test_released_once_it_stays_as_it_ended(desk, lease):
    release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.SAVED)
    again = release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.RELEASED)

    assert again.ended_because == "saved"
    with pytest.raises(LeaseLost):
        release(lease_token=lease.token, agent=desk.cast.ben, why=EndedBy.SAVED)


# --- what the database keeps -------------------------------------------------------------------
def _copy(lease: Lease, **other) -> Lease:
    values = {"party": lease.party, "agent": lease.agent, "case": lease.case}
    return Lease(
        taken_by="hand", taken_at=clock.now(), expires_at=clock.now() + MINUTE, **(values | other)
    )


def test_the_database_holds_one_live_lease_of_a_person_and_of_an_agent(desk, lease):
    other = _more_cases(desk, 1)[0]
    for second in (
        _copy(lease, agent=desk.cast.ben),
        _copy(lease, party=other.borrower, case=other),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save()


def test_an_ended_lease_is_kept_for_ever_as_it_was(desk, lease):
    with pytest.raises(InternalError), transaction.atomic():
        Lease.objects.filter(pk=lease.pk).update(points=0)
    release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.RELEASED)
    with pytest.raises(InternalError), transaction.atomic():
        Lease.objects.filter(pk=lease.pk).update(ended_because="saved")
    with pytest.raises(InternalError), transaction.atomic():
        Lease.objects.filter(pk=lease.pk).delete()


def test_the_trail_says_who_took_whom_and_how_it_ended(desk, lease):
    release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.RELEASED)

    trail = AuditEntry.objects.filter(object_id=str(lease.pk)).order_by("pk")
    assert [(entry.action, entry.actor_id) for entry in trail] == [
        ("lease.taken", str(desk.cast.ana.pk)),
        ("lease.ended", str(desk.cast.ana.pk)),
    ]


# --- skips -------------------------------------------------------------------------------------
def test_a_skip_keeps_its_reason_and_its_words_sealed(desk, lease):
    ended = skip(agent=desk.cast.ana, lease_token=lease.token, reason="data", note="Same number as")

    ended.refresh_from_db()
    assert (ended.ended_because, ended.skip_reason) == ("skipped", "data")
    assert b"Same number" not in bytes(ended.skip_note)
    assert note_of(ended) == "Same number as"


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        ("", "", "reason"),
        ("made up", "", "reason"),
        ("other", "  ", "note"),
        ("known", "4111 1111 1111 1111", "note"),
    ],
)
def test_a_skip_that_says_too_little_or_too_much_is_refused(desk, lease, reason, note, field):
    with pytest.raises(ValidationError) as refusal:
        skip(agent=desk.cast.ana, lease_token=lease.token, reason=reason, note=note)

    assert list(refusal.value.message_dict) == [field]
    assert lease_of(desk.case.borrower_id) == lease


def test_nobody_is_skipped_with_a_call_that_has_no_outcome(desk, lease):
    start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    with pytest.raises(ValidationError):
        skip(agent=desk.cast.ana, lease_token=lease.token, reason="known")
    assert lease_of(desk.case.borrower_id) == lease


def test_the_third_skip_in_a_row_is_told_to_the_lead_and_an_outcome_begins_anew(desk, lease):
    cases = [desk.case, *_more_cases(desk, 5)]
    ana = desk.cast.ana

    def pass_on(case: Case, because: str) -> None:
        token = take_up(agent=ana, case=case).token
        if because == "skipped":
            skip(agent=ana, lease_token=token, reason="known")
        else:
            release(lease_token=token, agent=ana, why=because)

    for number, because in enumerate(["skipped", "skipped", "saved", "skipped", "skipped"]):
        with _later(number):
            pass_on(cases[number], because)
        assert not Notice.objects.exists()
    with _later(9):
        pass_on(cases[5], "skipped")

    notice = Notice.objects.get()
    assert notice.user == desk.cast.extra["lead"]
    assert (notice.key, notice.params["number"]) == ("skips.in_a_row", 3)


# --- a lead takes over -------------------------------------------------------------------------
def test_a_lead_takes_a_person_over_and_the_agent_hears_of_it(desk, lease):
    lead = desk.cast.extra["lead"]

    taken = take_over(lead=lead, lease=lease, reason="Knows the family")

    assert (taken.agent, taken.taken_by) == (lead, "lead")
    lease.refresh_from_db()
    assert (lease.ended_because, lease.ended_by) == ("taken_over", lead)
    assert Notice.objects.get().user == desk.cast.ana
    with pytest.raises(LeaseLost) as lost:
        require_lease(agent=desk.cast.ana, party_id=desk.case.borrower_id, token=lease.token)
    assert lost.value.holder == lead

    # Nor is it gone on with once the lead has given the person back.
    release(lease_token=taken.token, agent=lead, why=EndedBy.RELEASED)
    with pytest.raises(LeaseLost):
        require_lease(agent=desk.cast.ana, party_id=desk.case.borrower_id, token=lease.token)


def test_a_take_over_needs_a_lead_a_reason_and_a_live_lease(desk, lease):
    lead = desk.cast.extra["lead"]
    with pytest.raises(PermissionDenied):
        take_over(lead=desk.cast.ana, lease=lease, reason="Because")
    with pytest.raises(ValidationError):
        take_over(lead=lead, lease=lease, reason=" ")
    assert lease_of(desk.case.borrower_id) == lease

    release(lease_token=lease.token, agent=desk.cast.ana, why=EndedBy.RELEASED)
    with pytest.raises(ValidationError):
        take_over(lead=lead, lease=lease, reason="Because")
    assert lease_of(desk.case.borrower_id) is None
    assert lead.role == Role.TEAM_LEAD
