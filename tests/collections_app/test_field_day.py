"""The field agent's day: what the page says, what is recorded at a door, and that it is once."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.inbox.models import Notice
from collections_app.contacts.models import Contact
from collections_app.promises.models import Promise
from collections_app.visits.findings import (
    CashHandIn,
    CashReceipt,
    CheckIn,
    VehicleSighting,
    VisitPhoto,
)
from collections_app.visits.models import Visit, VisitEvent
from collections_app.visits.photos import LONGER_SIDE
from collections_app.visits.taking import hand_in_cash
from collections_app.visits.tasks import watch_visits
from compliance.attempts.models import Attempt
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from core.files.services import open_stored
from loans.repayments.models import Repayment
from loans.vehicles.models import Vehicle
from tests.collections_app.test_visits import IN_THE_WINDOW
from tests.collections_app.visiting import build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field()
        field.visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
        yield field


@pytest.fixture
def finn(client, field):
    client.force_login(field.finn)
    return client


def _send(client, visit: Visit, act: str, *, queued: bool = False, **said):
    headers = {"X-Queue": "1"} if queued else {}
    said = {"key": f"{act}-1", "at": clock.now().isoformat(), **said}
    return client.post(reverse("desk:field_act", args=[visit.pk, act]), said, headers=headers)


def _picture(size: tuple[int, int] = (3000, 1500), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "Telltale Phone"
    exif[0x0112] = 6  # lies on its side
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def _upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_31.7619.jpg", content, content_type="image/jpeg")


def test_the_day_says_where_to_go_and_who_may_hear_of_it_and_hides_the_address(finn, field):
    events = VisitEvent.objects.count()
    page = finn.get(reverse("desk:field_day")).content.decode()

    assert "Speak of the debt only with" in page
    assert "12 Elm" not in page
    assert "Maria Ortiz" not in page
    assert field.desk.case.loan.contract_no in page
    assert VisitEvent.objects.count() == events


def test_the_address_is_shown_for_the_visit_and_the_trail_says_to_whom(finn, field):
    page = finn.post(reverse("desk:field_address", args=[field.visit.pk])).content.decode()

    assert "12 Elm Street" in page
    entry = AuditEntry.objects.get(action="party.revealed")
    assert (entry.reason, entry.actor_id) == ("visit", str(field.finn.pk))


def test_only_who_goes_sees_the_day_and_records_it(client, field):
    for user, day, act in (
        (field.desk.cast.ana, 403, 403),
        (field.desk.cast.ben, 403, 403),
        (field.gail, 200, 302),
    ):
        client.force_login(user)
        assert client.get(reverse("desk:field_day")).status_code == day
        assert _send(client, field.visit, "check_in").status_code == act
    assert CheckIn.objects.get().by == field.gail


def test_another_field_agent_finds_nothing(client, field):
    from accounts.models import User

    other = User.objects.create_user(
        "other@example.com", password=None, full_name="Oscar", role="field_agent"
    )
    client.force_login(other)
    assert _send(client, field.visit, "check_in").status_code == 404
    assert not CheckIn.objects.exists()


def test_a_visit_is_made_with_plain_forms(finn, field):
    where = {"latitude": "31.7619", "longitude": "-106.4850", "accuracy": "12.4"}
    assert _send(finn, field.visit, "check_in", is_recording="on", **where).status_code == 302
    row = CheckIn.objects.get()
    assert (row.accuracy, row.is_recording, row.is_at_address) == (12, True, False)
    assert _send(finn, field.visit, "report", result="V-MET", note="will call").status_code == 302
    assert Contact.objects.get().result.code == "V-MET"
    field.visit.refresh_from_db()
    assert field.visit.state == "done"


def test_the_same_entry_sent_again_is_recorded_once(finn, field):
    for _again in range(3):
        assert _send(finn, field.visit, "check_in", queued=True).status_code == 200
        # Sent again by a page that kept the code alone, an entry is the same entry.
        for note in ("asked us in", ""):
            answer = _send(finn, field.visit, "report", queued=True, result="V-MET", note=note)
            assert answer.status_code == 200
    assert (CheckIn.objects.count(), Contact.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    assert field.visit.events.filter(kind="checked_out").count() == 1


def test_a_second_report_under_another_key_is_refused_and_says_so(finn, field):
    _send(finn, field.visit, "report", result="V-MET")
    answer = _send(finn, field.visit, "report", queued=True, result="V-TP", key="another")

    assert answer.status_code == 422
    assert Contact.objects.count() == 1


def test_a_stop_that_came_on_the_way_is_said_before_anybody_knocks(finn, field):
    add_stop(
        party=field.desk.case.borrower, kind="cease", source="x", starts_at=clock.now(), by=CLERK
    )
    answer = _send(finn, field.visit, "check_in", queued=True)

    assert answer.status_code == 422
    assert b"Do not knock" in answer.content
    assert not CheckIn.objects.exists()


def test_a_photo_is_encoded_anew_and_sealed_with_its_time_and_hash(finn, field):
    taken = clock.now() - timedelta(minutes=3)
    for _again in range(2):
        answer = _send(
            finn,
            field.visit,
            "photo",
            photo=_upload(_picture()),
            shows="door",
            at=taken.isoformat(),
        )
        assert answer.status_code == 302
    photo = VisitPhoto.objects.get()
    with open_stored(photo.file) as content:
        raw = content.read()
    kept = Image.open(io.BytesIO(raw))
    assert (kept.format, kept.size) == ("JPEG", (LONGER_SIDE // 2, LONGER_SIDE)), "upright, bounded"
    assert not kept.getexif()
    assert b"Telltale" not in raw
    assert (photo.taken_at, photo.sha256) == (taken, photo.file.sha256)
    assert photo.file.data_key == field.desk.case.borrower.data_key
    seen = finn.post(reverse("visits:photo", args=[field.visit.pk, photo.pk]))
    assert b"".join(seen.streaming_content) == raw
    assert AuditEntry.objects.filter(action="visit.photo_seen").count() == 1


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"", _picture()[:900]])
def test_what_is_no_picture_is_refused_and_not_kept(finn, field, content):
    answer = _send(finn, field.visit, "photo", photo=_upload(content), shows="door")

    assert answer.status_code == 422
    assert not VisitPhoto.objects.exists()


def test_cash_is_handed_in_and_pays_nothing_by_itself(finn, field):
    before = Repayment.objects.count()
    _send(finn, field.visit, "cash", number="R-17", amount="50.00")
    assert (
        _send(
            finn, field.visit, "cash", number="R-17", amount="60.00", key="k2", queued=True
        ).status_code
        == 422
    )
    receipt = CashReceipt.objects.get()
    assert receipt.amount == Decimal("50.00")
    with pytest.raises(ValidationError, match="Somebody else"):
        hand_in_cash(receipt=receipt, amount=receipt.amount, by=field.finn)
    hand_in_cash(receipt=receipt, amount=Decimal("45.00"), by=field.desk.cast.ben)
    with pytest.raises(ValidationError, match="already"):
        hand_in_cash(receipt=receipt, amount=receipt.amount, by=field.desk.cast.ben)
    assert CashHandIn.objects.get().amount == Decimal("45.00")
    assert Repayment.objects.count() == before


def test_a_promise_taken_at_the_door_is_a_promise_like_any_other(finn, field):
    said = {
        "who": field.desk.case.borrower_id,
        "amount": field.desk.case.loan.position.overdue_amount,
        "due_on": "2026-05-14",
        "method": "transfer",
    }
    for _again in range(2):
        assert _send(finn, field.visit, "promise", **said).status_code == 302
    promise = Promise.objects.get()
    assert (promise.taken_by_id, promise.due_on.day) == (str(field.finn.pk), 14)


def test_the_car_was_looked_for(finn, field):
    car = Vehicle.objects.create(loan=field.desk.case.loan, make="Ford", model="F-150")
    assert (
        _send(
            finn, field.visit, "vehicle", vehicle=car.pk, is_seen="no", place="yard", queued=True
        ).status_code
        == 422
    )
    assert not VehicleSighting.objects.exists()
    _send(
        finn, field.visit, "vehicle", vehicle=car.pk, is_seen="yes", condition="worn", place="yard"
    )
    row = VehicleSighting.objects.get()
    assert (row.is_seen, row.condition) == (True, "worn")
    assert b"yard" not in bytes(row.place)


def test_who_needs_help_is_heard_at_once(finn, field):
    _send(finn, field.visit, "help", queued=True)

    assert Notice.objects.get(key="visit.help").user == field.desk.cast.ben


def test_an_act_there_is_not_and_a_clock_that_is_wrong(finn, field):
    assert _send(finn, field.visit, "teleport").status_code == 404
    _send(finn, field.visit, "check_in", at="2031-01-01T00:00:00+00:00")
    assert CheckIn.objects.get().at == clock.now()
