"""The talk over HTTP: what a result asks for, the draft, who is next, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.callbacks.following import follow_contacts
from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import schedule_callback
from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import catch_up
from collections_app.contacts.drafts import keep_draft
from collections_app.contacts.models import Contact, ContactWithdrawal, Draft
from collections_app.desk.after_saving import led_to
from collections_app.desk.my_day import my_day
from collections_app.hardship.models import HardshipTalk
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.services import cancel_promise
from collections_app.worklist.leases import lease_of, take_over, take_up
from collections_app.worklist.tasks import refresh_due_hints
from compliance.attempts.models import Attempt, Settlement
from compliance.attempts.services import correct_outcome
from compliance.registers.models import RegisterChange
from compliance.stops.models import Stop
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from core.facts import drain
from loans.borrowers.models import ContactPoint
from loans.delinquency.models import PositionChange
from reporting.dashboards.measures import MEASURES
from reporting.rollups.models import EventLine
from tests.collections_app.builders import CLOSED_THROUGH, build_desk
from tests.compliance.builders import OPEN_AT, reachable_loan
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _start(client, desk):
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))


def _page(client, desk, **query):
    return client.get(reverse("desk:case", args=[desk.case.pk]), query)


def _log(client, desk, code, **data):
    token = _page(client, desk).context["log_form"]["token"].value()
    entry = {"token": token, "result": desk.result(code).pk, **data}
    return client.post(reverse("desk:log_call", args=[desk.case.pk]), entry)


@pytest.fixture
def ana(desk):
    client = _client(desk.cast.ana)
    _start(client, desk)
    return client


def _undo(client):
    return client.post(reverse("desk:undo", args=[Contact.objects.latest("sequence").pk]))


@pytest.mark.parametrize(
    ("code", "data", "sentence"),
    [
        ("CB", {}, "Say when to call back."),
        ("CB", {"callback_when": "soonish"}, "Say"),
        ("RPC-PTP", {"promise-amount_0": "0", "promise-due_on_0": "2026-05-15"}, "0.01"),
        ("RPC-PTP", {"promise-amount_0": "100"}, "Say by when."),
        ("RPC-PAID", {}, "Choose how it was paid."),
        ("RPC-REF", {}, "Choose why it is late."),
        ("RPC-DISP", {"note": "the car never came"}, "Choose what is disputed."),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_saved(desk, ana, code, data, sentence):
    answer = _log(ana, desk, code, **data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Settlement.objects.exists()
    assert not Contact.objects.exists()
    assert not Promise.objects.exists()


def test_what_other_results_ask_for_is_no_answer(desk, ana):
    _log(ana, desk, "NA", why_late="income", paid_through="cash", callback_when="nonsense")

    assert Contact.objects.get().answers == {}


def test_a_voicemail_counts_as_what_was_left_on_it(desk, ana):
    _log(ana, desk, "VM", message="limited_message")

    assert Settlement.objects.get().outcome == "limited_message"
    assert Contact.objects.get().answers == {"message": "limited_message"}


def test_a_promise_is_taken_with_the_talk_and_looked_at_the_morning_after(desk, ana):
    answer = _log(
        ana, desk, "RPC-PTP", **{"promise-amount_0": "1320.00", "promise-due_on_0": "2026-05-15"}
    )

    assert answer.status_code == 302
    promise = Promise.objects.get()
    assert (str(promise.amount), promise.due_on.isoformat()) == ("1320.00", "2026-05-15")
    assert promise.taken_by_id == str(desk.cast.ana.pk)
    case = Case.objects.get(pk=desk.case.pk)
    local = case.next_step_at.astimezone(clock.zone_of(case.portfolio.time_zone))
    assert (case.next_step, f"{local:%Y-%m-%d %H:%M}") == ("check_payment", "2026-05-16 09:00")
    assert Contact.objects.get().effects["promises"] == [str(promise.pk)]


def test_a_callback_is_due_when_the_person_said(desk, ana):
    _log(ana, desk, "CB", callback_when="t 10")

    callback = Callback.objects.get()
    assert f"{callback.local_on} {callback.local_at:%H:%M}" == "2026-05-13 10:00"
    assert Case.objects.get(pk=desk.case.pk).next_step_at == callback.due_at


# --- drafts ---------------------------------------------------------------------------------------


def _keep(client, desk, *, by_script=True, **entry):
    headers = {"X-Draft": "1"} if by_script else {}
    return client.post(reverse("desk:keep_draft", args=[desk.case.pk]), entry, headers=headers)


def test_a_draft_is_sealed_and_comes_back_with_its_time(desk, ana):
    kept = _keep(ana, desk, token="1", result=desk.result("CB").pk, note="said tomorrow")

    assert kept.status_code == 200
    assert kept.content.decode().startswith("draft kept ")
    assert b"said tomorrow" not in bytes(Draft.objects.get().entry)
    page = _page(ana, desk)
    assert page.context["log_form"]["note"].value() == "said tomorrow"
    assert [c["value"] for c in page.context["result_codes"] if c["is_chosen"]] == [
        desk.result("CB").pk
    ]
    assert page.context["draft_kept_at"] == clock.now()
    assert not Settlement.objects.exists()


def test_without_a_script_the_page_comes_back(desk, ana):
    answer = _keep(ana, desk, by_script=False, token="1", note="half a word")

    assert answer.status_code == 302
    assert _page(ana, desk).context["log_form"]["note"].value() == "half a word"


def test_a_draft_is_the_agents_own_and_later_words_replace_it(desk, ana):
    _keep(ana, desk, token="1", note="first")
    _keep(ana, desk, token="1", note="zweitens")

    assert Draft.objects.count() == 1
    assert _page(ana, desk).context["log_form"]["note"].value() == "zweitens"
    ben = _page(_client(desk.cast.ben), desk)
    assert "zweitens" not in ben.content.decode()


def test_saving_forgets_the_draft_and_a_late_one_is_not_kept(desk, ana):
    token = _page(ana, desk).context["log_form"]["token"].value()
    _keep(ana, desk, token=token, note="rang")
    entry = {"token": token, "result": desk.result("NA").pk, "note": "rang"}
    ana.post(reverse("desk:log_call", args=[desk.case.pk]), entry)
    assert not Draft.objects.exists()

    late = _keep(ana, desk, token=token, note="rang")

    assert (late.status_code, late.content.decode()) == (200, "saved")
    assert not Draft.objects.exists()


def test_a_draft_that_is_thrown_away_is_gone(desk, ana):
    _keep(ana, desk, token="1", note="never mind")

    ana.post(reverse("desk:drop_draft", args=[desk.case.pk]))

    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("note", "word"), [("card 4111 1111 1111 1111", "card number"), ("x" * 13_000, "too long")]
)
def test_what_cannot_be_kept_says_so_and_what_was_kept_stays(desk, ana, note, word):
    _keep(ana, desk, token="1", note="kept before")

    answer = _keep(ana, desk, token="1", note=note)

    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert _page(ana, desk).context["log_form"]["note"].value() == "kept before"


def _case(desk):
    return Case.objects.select_related("borrower__data_key").get(pk=desk.case.pk)


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("cleo", 404)])
@pytest.mark.parametrize("name", ["desk:keep_draft", "desk:drop_draft"])
def test_who_may_not_touch_drafts(desk, who, status, name):
    keep_draft(case=_case(desk), agent=desk.cast.ana, entry={"note": "mine"})

    answer = _client(getattr(desk.cast, who)).post(reverse(name, args=[desk.case.pk]))

    assert answer.status_code == status
    assert Draft.objects.count() == 1


# --- saving, and saving and going on --------------------------------------------------------------


def test_saving_stays_and_says_what_was_saved(desk, ana):
    answer = _log(ana, desk, "NA", then="stay")

    contact = Contact.objects.get()
    href = reverse("desk:case", args=[desk.case.pk])
    assert answer.headers["Location"] == f"{href}?saved={contact.pk}"
    saved = _page(ana, desk, saved=contact.pk).context["saved"]
    assert (saved.result, saved.is_next, saved.seconds_left) == ("No answer", False, 10)
    # Nobody else sees it by the address, nor anybody a minute later.
    assert _page(_client(desk.cast.ben), desk, saved=contact.pk).context["saved"] is None
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        assert _page(ana, desk, saved=contact.pk).context["saved"] is None


def test_saving_and_going_on_opens_the_next_person(desk, ana):
    reachable_loan(desk.cast.portfolio)
    next_day = CLOSED_THROUGH + timedelta(days=1)
    catch_up(portfolio=desk.cast.portfolio, through=next_day, by=CLERK)
    for topic in (PositionChange.TOPIC, CaseEvent.TOPIC, RegisterChange.TOPIC):
        drain(topic)
    refresh_due_hints()
    following = Case.objects.exclude(pk=desk.case.pk).get()

    answer = _log(ana, desk, "NA", then="next")

    saved = Contact.objects.get()
    href = reverse("desk:case", args=[following.pk])
    assert answer.headers["Location"] == f"{href}?saved={saved.pk}"
    page = ana.get(answer.headers["Location"])
    assert page.context["saved"].is_next
    assert lease_of(following.borrower_id).agent == desk.cast.ana


def test_hardship_leads_to_its_talk_with_what_was_said_and_then_to_the_next(desk, ana):
    answer = _log(ana, desk, "RPC-HARD", then="next", why_late="illness", note="in hospital")

    talk = answer.headers["Location"]
    call = Contact.objects.get()
    assert talk == f"{reverse('desk:hardship_talk', args=[desk.case.pk])}?call={call.pk}"
    page = ana.get(talk)
    initial = page.context["form"].initial
    assert (initial["reason"], initial["who"]) == ("illness", desk.case.borrower_id)
    assert "in hospital" in page.content.decode()
    # Nobody else was claimed: the person stays with the agent.
    assert initial["lease"] == lease_of(desk.case.borrower_id).token
    # Another agent's address shows nothing of the call.
    assert "in hospital" not in _client(desk.cast.ben).get(talk).content.decode()

    entry = {"token": "t1", "who": str(desk.case.borrower_id), "reason": "illness"}
    entry |= {"net_income": "3000.00", "lease": str(initial["lease"])}
    following = ana.post(talk, {**entry, "then": "next"})

    assert HardshipTalk.objects.get().reason == "illness"
    assert following.headers["Location"] == reverse("desk:case", args=[desk.case.pk])
    assert "Nobody else " in ana.get(following.headers["Location"]).content.decode()


def test_a_wish_for_a_plan_leads_to_the_plans_and_nothing_leads_who_may_not(desk, ana):
    assert (
        _log(ana, desk, "RPC-PLAN")
        .headers["Location"]
        .startswith(reverse("desk:propose_plan", args=[desk.case.pk]))
    )
    wish = Contact.objects.get()
    assert led_to(contact=wish, user=desk.cast.auditor) == ""


def test_with_nobody_left_the_case_stays_and_says_so(desk, ana):
    answer = _log(ana, desk, "NA", then="next")

    assert answer.headers["Location"].startswith(reverse("desk:case", args=[desk.case.pk]))
    assert "Nobody else " in ana.get(answer.headers["Location"]).content.decode()


def test_whom_somebody_else_has_is_not_called(desk):
    take_up(agent=desk.cast.ben, case=desk.case)
    client = _client(desk.cast.ana)

    _start(client, desk)

    assert not Attempt.objects.exists()
    assert "has this person until" in _page(client, desk).content.decode()


def test_what_happened_is_recorded_whoever_has_the_person_by_now(desk, ana):
    lease = lease_of(desk.case.borrower_id)
    take_over(lead=desk.cast.ben, lease=lease, reason="shift is over")

    assert _log(ana, desk, "NA").status_code == 302
    assert Contact.objects.get().logged_by == desk.cast.ana
    assert lease_of(desk.case.borrower_id).agent == desk.cast.ben


# --- taking it back -------------------------------------------------------------------------------


def test_an_entry_is_taken_back_by_corrections_and_typed_again(desk, ana):
    before = Case.objects.get(pk=desk.case.pk)
    _log(ana, desk, "NA", note="rang twice")

    answer = _undo(ana)

    assert answer.status_code == 302
    settled = list(Settlement.objects.order_by("sequence").values_list("sequence", "outcome"))
    assert settled == [(1, "no_answer"), (2, "")]
    after = Case.objects.get(pk=desk.case.pk)
    assert (after.next_step, after.next_step_at) == (before.next_step, before.next_step_at)
    page = _page(ana, desk)
    assert page.context["open_call"] is not None
    assert page.context["log_form"]["note"].value() == "rang twice"
    struck = [event for event in page.context["timeline"] if event.is_corrected]
    assert [event.summary for event in struck] == ["No answer"]
    assert "taken back by" in struck[0].detail

    _log(ana, desk, "BZ")
    assert list(Attempt.objects.unsettled()) == []
    assert list(Settlement.objects.order_by("sequence").values_list("outcome", flat=True)) == [
        "no_answer",
        "",
        "busy",
    ]
    assert list(Contact.objects.order_by("sequence").values_list("result__code", flat=True)) == [
        "NA",
        "BZ",
    ]


def test_it_is_taken_back_from_wherever_the_agent_stands(desk, ana, django_assert_max_num_queries):
    _log(ana, desk, "NA", note="rang twice")
    href = reverse("desk:undo", args=[Contact.objects.get().pk])
    # The queue with the day on top, another page of the desk, and another person's case.
    other = Case.objects.exclude(pk=desk.case.pk).first()
    pages = [reverse("desk:my_cases"), reverse("callbacks:list")]
    pages += [reverse("desk:case", args=[other.pk])] if other else []
    for page in pages:
        shown = ana.get(page).content.decode()
        assert f'action="{href}"' in shown
        assert 'data-key="KeyU"' in shown
    # The banner is within what the pages may ask of the database.
    for page, most in ((pages[0], 12), (reverse("desk:case", args=[desk.case.pk]), 20)):
        with django_assert_max_num_queries(most):
            ana.get(page)
    assert href not in _client(desk.cast.ben).get(pages[0]).content.decode()
    with time_machine.travel(clock.now() + timedelta(seconds=11), tick=False):
        assert href not in ana.get(pages[0]).content.decode()

    answer = _undo(ana)

    assert answer.headers["Location"] == f"{reverse('desk:case', args=[desk.case.pk])}#log"
    assert ContactWithdrawal.objects.get().contact.result.code == "NA"
    assert href not in ana.get(pages[0]).content.decode()


def test_until_it_is_said_again_the_call_counts_as_one_without_outcome(desk, ana):
    _log(ana, desk, "NA")
    assert not Attempt.objects.unsettled().exists()

    _undo(ana)

    assert Attempt.objects.unsettled().get().made_by_id == str(desk.cast.ana.pk)
    assert _page(ana, desk).context["last_said"] == {}


@pytest.mark.django_db(transaction=True)
def test_where_an_entry_cannot_go_undo_is_not_offered_and_the_page_says_why(desk):
    ana, why = _client(desk.cast.ana), "It moved a callback: the entry stays."
    schedule_callback(
        case=desk.case,
        contact_point=None,
        wall_time=datetime.fromisoformat("2026-05-12T14:00"),
        agent=desk.cast.ana,
        note="",
        by=Actor.of(desk.cast.ana),
    )
    _start(ana, desk)

    saved = _log(ana, desk, "CB", callback_when="t 11")

    here = ana.get(saved.headers["Location"]).content.decode()
    assert why in here
    assert "data-undo=" not in here
    assert "data-undo=" not in ana.get(reverse("desk:my_cases")).content.decode()
    _refused(ana, why)
    assert Callback.objects.get().local_at.hour == 11


@pytest.mark.django_db(transaction=True)
def test_a_callback_tried_or_met_by_a_slip_is_owed_as_it_was(desk):
    ana = _client(desk.cast.ana)
    callback = schedule_callback(
        case=desk.case,
        contact_point=None,
        wall_time=datetime.fromisoformat("2026-05-12T14:00"),
        agent=desk.cast.ana,
        note="",
        by=Actor.of(desk.cast.ana),
    )

    def stands():
        callback.refresh_from_db()
        return callback.state, callback.tried_at is not None, callback.met_by_id is not None

    with time_machine.travel(callback.due_at, tick=False):
        _start(ana, desk)
        for code, said, then in (
            ("NA", {}, ("open", True, False)),
            ("RPC-REF", {"why_late": "income"}, ("met", False, True)),
        ):
            _log(ana, desk, code, **said)
            assert stands() == then
            _undo(ana)
            # Whoever follows contacts hears of the slip only now.
            while follow_contacts():
                pass
            assert stands() == ("open", False, False)
        _log(ana, desk, "RPC-REF", why_late="income")

    assert stands() == ("met", False, True)
    kinds = list(callback.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["agreed", "tried", "taken_back", "met", "taken_back", "met"]


def test_a_promise_taken_back_at_once_was_never_made_however_near_its_day(desk, ana):
    entry = {"promise-amount_0": "1320.00", "promise-due_on_0": "2026-05-13"}
    _log(ana, desk, "RPC-PTP", **entry)
    _undo(ana)
    slip = Promise.objects.get()
    with time_machine.travel(clock.now() + timedelta(seconds=20), tick=False):
        _log(ana, desk, "RPC-PTP", **entry)
    meant = Promise.objects.exclude(pk=slip.pk).get()
    cancel_promise(promise=meant, reason="asked for more time", by=Actor.of(desk.cast.ana))

    assert (slip.state, slip.stays_in_rate) == ("cancelled", False)
    assert list(Promise.objects.in_rate()) == [meant]
    # Nor is it in the day of who typed it, on the floor, or in the reports.
    assert list(Promise.objects.taken()) == [meant]
    assert my_day(desk.cast.ana).promises_taken == 1
    floor = _client(desk.cast.ben).get(reverse("desk:floor_rows", args=["promises"]))
    assert floor.status_code == 200
    assert len(floor.context["rows"]) == 1
    drain(PromiseEvent.TOPIC)
    taken = EventLine.objects.filter(kind="promise_taken")
    assert set(taken.values_list("source", "mark")) == {(str(slip.pk), "slip"), (str(meant.pk), "")}
    assert MEASURES["promises"].marks == MEASURES["promised"].marks == ("",)


def test_a_promise_a_stop_and_a_mark_go_with_the_entry(desk, ana):
    _log(ana, desk, "RPC-PTP", **{"promise-amount_0": "1320.00", "promise-due_on_0": "2026-05-25"})
    _undo(ana)
    assert Promise.objects.get().state == "cancelled"

    _log(ana, desk, "CB", callback_when="t 10")
    undone = ana.get(_undo(ana).headers["Location"]).content.decode()
    assert "Taken back: Call back." in undone
    assert Callback.objects.get().state == "cancelled"
    assert _page(ana, desk).context["log_form"]["callback_when"].value() == "2026-05-13 10:00"

    _log(ana, desk, "RPC-DISP", note="never got it", dispute_about="vehicle")
    assert Stop.objects.in_force(clock.now()).exists()
    _undo(ana)
    assert not Stop.objects.in_force(clock.now()).exists()

    _log(ana, desk, "DISC")
    assert ContactPoint.objects.get(pk=desk.phone.pk).invalid_since is not None
    _undo(ana)
    assert ContactPoint.objects.get(pk=desk.phone.pk).invalid_since is None
    assert ContactWithdrawal.objects.count() == 4
    assert AuditEntry.objects.filter(action="contact.withdrawn").count() == 4


def test_a_number_that_was_bad_before_stays_bad(desk):
    from loans.borrowers.services import mark_invalid

    client = _client(desk.cast.ana)
    data = {
        "how": "they_called",
        "contact_point": desk.phone.pk,
        "made_at": "2026-05-12T10:00",
    }
    mark_invalid(contact_point=desk.phone, on=clock.now().date(), reason="dead", by=CLERK)
    _log(client, desk, "WN", **data)

    _undo(client)

    assert ContactPoint.objects.get(pk=desk.phone.pk).invalid_since is not None


def _refused(ana, sentence):
    settled, cases = list(Settlement.objects.values()), list(Case.objects.values())
    answer = _undo(ana)
    page = ana.get(answer.headers["Location"]).content.decode()
    assert sentence in page
    assert (list(Settlement.objects.values()), list(Case.objects.values())) == (settled, cases)
    assert not ContactWithdrawal.objects.filter(contact=Contact.objects.latest("sequence")).exists()


def test_after_ten_seconds_it_stays(desk, ana):
    _log(ana, desk, "NA")

    with time_machine.travel(clock.now() + timedelta(seconds=16), tick=False):
        _refused(ana, "Too late")
    with time_machine.travel(clock.now() + timedelta(seconds=14), tick=False):
        _undo(ana)
    assert ContactWithdrawal.objects.count() == 1


def test_what_was_built_on_stays(desk, ana):
    from collections_app.cases.services import set_next_step
    from core.audit.actors import Actor

    _log(ana, desk, "NA")
    set_next_step(case=desk.case, step="visit", at=None, by=Actor.of(desk.cast.ben))

    _refused(ana, "The next step was changed since")


def test_what_was_corrected_stays(desk, ana):
    _log(ana, desk, "NA")
    correct_outcome(attempt=Attempt.objects.get(), outcome="busy", reason="tone", by=CLERK)

    _refused(ana, "The outcome was corrected since")


def test_a_stop_somebody_lifted_keeps_the_entry(desk, ana):
    from compliance.stops.services import lift_stop

    _log(ana, desk, "RPC-DISP", note="never got it", dispute_about="vehicle")
    lift_stop(stop=Stop.objects.get(), reason="answered", by=CLERK)

    _refused(ana, "This stop was lifted by")


def test_twice_is_once(desk, ana):
    _log(ana, desk, "NA")
    _undo(ana)

    again = _undo(ana)

    assert "taken back already" in ana.get(again.headers["Location"]).content.decode()
    assert ContactWithdrawal.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("ben", 302), ("auditor", 403), ("cleo", 404)])
def test_nobody_else_takes_it_back(desk, ana, who, status):
    _log(ana, desk, "NA")

    answer = _undo(_client(getattr(desk.cast, who)))

    assert answer.status_code == status
    assert not ContactWithdrawal.objects.exists()


# --- the rarer results ----------------------------------------------------------------------------


def test_the_rarer_results_used_last_come_first(desk, ana):
    codes = lambda: [  # noqa: E731
        choice["label"] for choice in _page(ana, desk).context["more_result_codes"]
    ]
    assert codes()[0] == "Busy"

    _log(ana, desk, "LANG", note="speaks Hakka")

    assert codes()[:2] == ["Needs another language", "Busy"]
