"""Notes: sealed, pinned first, withdrawn and never deleted; who may; all as plain forms."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from collections_app.notes.models import Note, NoteEvent
from collections_app.notes.queries import MOST_PINNED, note_text
from collections_app.notes.services import pin, unpin, withdraw_note, write_note
from collections_app.worklist.leases import lease_of, take_over, take_up
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
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


def _write(desk, text="night shifts", pinned=False, **more) -> Note:
    return write_note(case=desk.case, text=text, pinned=pinned, by=Actor.of(desk.cast.ana), **more)


def _post(desk, who, **data):
    href = reverse("desk:write_note", args=[desk.case.pk])
    return _client(getattr(desk.cast, who)).post(
        href, {"text": "night shifts", "about": "case", **data}
    )


def _page(desk, who="ana"):
    return _client(getattr(desk.cast, who)).get(reverse("desk:case", args=[desk.case.pk]))


def test_a_note_is_sealed_and_on_record(desk):
    note = _write(desk)

    note = Note.objects.select_related("party__data_key").get(pk=note.pk)
    assert b"night" not in bytes(note.text)
    assert note_text(note) == "night shifts"
    assert list(note.events.values_list("kind", flat=True)) == ["written"]
    entry = AuditEntry.objects.get(action="note.written")
    assert "night" not in str(entry.data)


@pytest.mark.parametrize(
    ("text", "says"),
    [("  ", "words"), ("x" * 2001, "at most"), ("pays by 4111 1111 1111 1111", "card")],
)
def test_what_is_no_note_is_refused_and_nothing_is_written(desk, text, says):
    with pytest.raises(ValidationError, match=says), transaction.atomic():
        _write(desk, text=text)

    assert not Note.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="note.").exists()


def test_pinned_ones_come_first_and_withdrawn_ones_only_in_the_timeline(desk):
    wrong = _write(desk, "wrong")
    _write(desk, "top", pinned=True)
    _write(desk, "plain")
    withdraw_note(note=wrong, case=desk.case, reason="another person", by=CLERK)

    page = _page(desk)

    assert [note.text for note in page.context["notes"]] == ["top", "plain"]
    quotes = {event.quote: event for event in page.context["timeline"] if event.kind == "note"}
    assert set(quotes) == {"wrong", "top", "plain"}
    assert quotes["wrong"].is_corrected
    assert quotes["wrong"].detail.endswith("another person")
    only = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]), {"show": "note"})
    assert {event.kind for event in only.context["timeline"]} == {"note"}


def test_a_note_about_the_person_stands_on_every_case_of_theirs(desk):
    from collections_app.cases.models import Case
    from tests.loans.builders import build_loan

    other = build_loan(desk.cast.portfolio, party=desk.case.borrower)
    second = Case.objects.create(
        loan=other,
        portfolio=desk.cast.portfolio,
        borrower=desk.case.borrower,
        opened_on=desk.case.opened_on,
    )
    _write(desk, "about the case")
    _write(desk, "about the person", is_about_person=True)

    here = {
        note_text(note) for note in Note.objects.on(desk.case).select_related("party__data_key")
    }
    there = {note_text(note) for note in Note.objects.on(second).select_related("party__data_key")}

    assert here == {"about the case", "about the person"}
    assert there == {"about the person"}


def test_only_so_many_are_pinned_and_one_taken_off_makes_room(desk):
    notes = [_write(desk, f"n{number}", pinned=True) for number in range(MOST_PINNED)]
    with pytest.raises(ValidationError, match="pinned here"), transaction.atomic():
        _write(desk, "one more", pinned=True)
    assert Note.objects.count() == MOST_PINNED

    unpin(note=notes[0], case=desk.case, by=CLERK)
    late = _write(desk, "one more")
    pin(note=late, case=desk.case, by=CLERK)

    assert Note.objects.filter(is_pinned=True).count() == MOST_PINNED


def test_words_never_change_and_a_withdrawn_note_neither_whatever_is_tried(desk):
    note = _write(desk, pinned=True)
    with pytest.raises(InternalError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text=b"other")
    with pytest.raises(InternalError), transaction.atomic():
        Note.objects.filter(pk=note.pk)._raw_delete("default")
    withdraw_note(note=note, case=desk.case, reason="wrong person", by=CLERK)
    with pytest.raises(InternalError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(withdrawn_reason="")
    with pytest.raises(ValidationError, match="withdrawn"), transaction.atomic():
        pin(note=note, case=desk.case, by=CLERK)

    note.refresh_from_db()
    assert (note.is_pinned, note.withdrawn_reason) == (False, "wrong person")
    assert NoteEvent.objects.filter(note=note).count() == 2


def test_the_form_keeps_a_note_once_and_says_what_is_wrong(desk):
    client = _client(desk.cast.ana)
    write = reverse("desk:write_note", args=[desk.case.pk])
    token = _page(desk).context["note_form"]["token"].value()
    data = {"token": token, "text": "night shifts", "about": "person", "pinned": "on"}

    first, again = client.post(write, data), client.post(write, data)
    other = client.post(write, {**data, "text": "something else"})
    card = client.post(write, {"text": "4111111111111111", "about": "case"})

    assert (first.status_code, again.status_code) == (302, 302)
    assert (other.status_code, card.status_code) == (422, 422)
    note = Note.objects.get()
    assert (note.case, note.is_pinned, note.made_by_id) == (None, True, str(desk.cast.ana.pk))


def test_who_wrote_it_or_leads_withdraws_it_and_says_why(desk):
    note = _write(desk)
    withdraw = reverse("notes:withdraw", args=[desk.case.pk, note.pk])
    of_ben = write_note(case=desk.case, text="by ben", pinned=False, by=Actor.of(desk.cast.ben))
    foreign = reverse("notes:withdraw", args=[desk.case.pk, of_ben.pk])

    assert _client(desk.cast.ana).post(foreign, {"reason": "x"}).status_code == 403
    assert _client(desk.cast.ana).post(withdraw, {"reason": " "}).status_code == 422
    assert Note.objects.standing().count() == 2
    assert _client(desk.cast.ben).post(withdraw, {"reason": "wrong person"}).status_code == 302
    assert _client(desk.cast.ben).post(withdraw, {"reason": "again"}).status_code == 422
    assert list(Note.objects.standing()) == [of_ben]


@pytest.mark.parametrize(("who", "status"), [("ben", 302), ("auditor", 403), ("cleo", 404)])
def test_who_may_write_and_pin(desk, who, status):
    note = _write(desk)
    client = _client(getattr(desk.cast, who))

    answers = {
        client.post(
            reverse("desk:write_note", args=[desk.case.pk]), {"text": "x", "about": "case"}
        ),
        client.post(reverse("notes:pin", args=[desk.case.pk, note.pk])),
    }

    assert {answer.status_code for answer in answers} == {status}
    assert Note.objects.count() == (2 if status == 302 else 1)
    note.refresh_from_db()
    assert note.is_pinned is (status == 302)
    assert Note.objects.visible_to(getattr(desk.cast, who)).exists() is (who != "cleo")


def test_a_note_of_another_case_is_not_found_here(desk):
    from tests.collections_app.test_queue import _more_cases

    note = _write(desk)
    (other,) = _more_cases(desk, 1)

    answer = _client(desk.cast.ben).post(reverse("notes:pin", args=[other.pk, note.pk]))

    assert answer.status_code == 404
    note.refresh_from_db()
    assert not note.is_pinned


@pytest.mark.django_db(transaction=True)
def test_two_who_pin_the_last_place_at_once_pin_one(desk):
    for number in range(MOST_PINNED - 1):
        _write(desk, f"n{number}", pinned=True)
    late = [_write(desk, f"late {number}") for number in range(2)]
    barrier, refused = Barrier(2), []

    def run(note: Note) -> None:
        barrier.wait()
        try:
            pin(note=note, case=desk.case, by=CLERK)
        except ValidationError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(note,)) for note in late]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert Note.objects.filter(is_pinned=True).count() == MOST_PINNED


# --- whose the person is --------------------------------------------------------------------------


def test_whoever_writes_takes_the_person_up_or_goes_on_with_them(desk):
    _post(desk, "ana")
    lease = lease_of(desk.case.borrower_id)
    assert lease.agent == desk.cast.ana
    panel = _page(desk).content.decode().split('id="notes"')[1]
    assert f'name="lease" value="{lease.token}"' in panel

    with time_machine.travel(clock.now() + timedelta(minutes=9), tick=False):
        assert lease_of(desk.case.borrower_id) is None
        _post(desk, "ana", lease=str(lease.token), text="days again")
        assert lease_of(desk.case.borrower_id).taken_by == "resumed"

    assert Note.objects.count() == 2


def test_while_somebody_else_has_the_person_nothing_is_written_and_the_words_are_kept(desk):
    take_up(agent=desk.cast.ana, case=desk.case)

    answer = _post(desk, "ben")

    assert answer.status_code == 409
    assert "has this person until" in answer.content.decode()
    assert answer.context["form"]["text"].value() == "night shifts"
    assert not Note.objects.exists()
    assert lease_of(desk.case.borrower_id).agent == desk.cast.ana


def test_a_lease_that_was_taken_over_writes_no_more(desk):
    lease = take_up(agent=desk.cast.ana, case=desk.case)
    take_over(lead=desk.cast.ben, lease=lease, reason="shift is over")

    answer = _post(desk, "ana", lease=str(lease.token))

    assert answer.status_code == 409
    assert "What you typed is kept" in answer.content.decode()
    assert answer.context["form"]["text"].value() == "night shifts"
    assert not Note.objects.exists()
