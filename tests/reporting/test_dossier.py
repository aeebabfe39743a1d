"""Dossiers: everything about one person and nothing of anybody else; made, checked, taken once."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.notes.services import write_note
from compliance.attempts.services import ContactRefused
from compliance.complaints.services import register_complaint
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from core.audit.sealer import seal_trail
from core.encryption import KeyDestroyed
from core.exports import Said
from core.files import StoredFile, open_stored
from core.files.services import path_of
from loans.borrowers.rows import ContactRow
from loans.contracts.services import add_party
from loans.portfolios.services import grant_portfolio
from notifications.letters.layout import FONT
from reporting.dossier import services
from reporting.dossier.models import Dossier
from reporting.dossier.paper import FPDF
from reporting.dossier.redaction import Redactor, Stranger
from reporting.dossier.services import ask_for, erase_forgotten, make, take
from tests.collections_app.builders import agree_to_texts, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK, build_party

STRANGER, THEIR_PHONE = "Bruno Keller", "+12125550177"
NOTE = "=SUM(A1) Bruno Keller (212-555-0177) says ask Zoe at 212 555 0123 or zoe@example.org"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        grant_portfolio(portfolio=desk.cast.portfolio, team=desk.cast.team, by=CLERK)
        desk.cast.extra["mara"] = User.objects.create_user(
            "mara@example.com",
            password=None,
            full_name="Mara Compliance",
            role=Role.COMPLIANCE_OFFICER,
        )
        yield desk


@pytest.fixture
def asleep(monkeypatch):
    """No worker is woken: what waits goes on waiting."""
    monkeypatch.setattr(services, "wake", lambda dossier_id: None)


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """The lines that are set on paper."""
    lines: list[str] = []
    plain = FPDF.text

    def text(self, x, y, text=""):
        lines.append(text)
        return plain(self, x, y, text)

    monkeypatch.setattr(FPDF, "text", text)
    return lines


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _ask(desk, **changes) -> Dossier:
    values = {"purpose": "court", "reference": "(2026) 17", "language": "en", "as_of": None}
    return ask_for(case=desk.case, user=desk.cast.extra["mara"], **{**values, **changes})


def _live_through_it(desk) -> None:
    """A call with a note about others, a refused one, a note, a consent, a stop, a complaint."""
    stranger = build_party(
        desk.cast.portfolio,
        full_name=STRANGER,
        contact_points=(ContactRow(kind="phone", value=THEIR_PHONE),),
    )
    add_party(loan=desk.case.loan, party=stranger, role="reference", by=CLERK)
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result("NA"), note=NOTE),
        agent=desk.cast.ana,
    )
    write_note(case=desk.case, text="陈晓明 \U0001f600 the keys", pinned=False, by=CLERK)
    agree_to_texts(desk)
    with time_machine.travel(CLOSED_AT, tick=False), pytest.raises(ContactRefused):
        start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    party = desk.case.borrower
    add_stop(party=party, kind="vulnerable", source="call", starts_at=clock.now(), by=CLERK)
    register_complaint(
        party=party,
        portfolio=desk.cast.portfolio,
        category="conduct",
        channel="call",
        text="You rang my mother",
        received_at=clock.now(),
        by=CLERK,
    )


def _opened(desk, dossier: Dossier) -> dict[str, bytes]:
    dossier.refresh_from_db()
    _name, data = take(dossier=dossier, user=dossier.requested_by)
    assert hashlib.sha256(data).hexdigest() == dossier.sha256
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _table(files: dict[str, bytes], key: str) -> list[dict[str, str]]:
    (name,) = [name for name in files if name.endswith(f"-{key}.csv")]
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


@pytest.mark.django_db(transaction=True)
def test_a_dossier_holds_all_of_one_person_and_finds_one_changed_byte(desk, asleep, printed):
    _live_through_it(desk)

    first = _ask(desk)
    assert make(dossier_id=first.pk)
    files = _opened(desk, first)

    manifest = files["manifest.txt"].decode("utf-8-sig")
    for name, data in files.items():
        if name != "manifest.txt":
            assert f"{hashlib.sha256(data).hexdigest()}  {name}" in manifest
    assert "The trail holds" in manifest
    assert "court or arbitration, (2026) 17" in manifest
    assert files["dossier.pdf"].startswith(b"%PDF-")
    assert FONT.encode() in files["dossier.pdf"]
    paper = "".join(printed)
    (call,) = _table(files, "contacts")
    assert call["note"].startswith("'=SUM(A1)")
    assert {"reference 1", "[another telephone number]", "[another's e-mail address]"} <= {
        words
        for words in ("reference 1", "[another telephone number]", "[another's e-mail address]")
        if words in call["note"] and words.replace(" ", "") in paper.replace(" ", "")
    }
    everything = b"".join(files.values()).decode("utf-8", "ignore") + paper
    for theirs in (STRANGER, "Keller", "5550177", "555-0177", "555 0123", "zoe@"):
        assert theirs not in everything
    (attempt,) = _table(files, "contact-attempts")
    assert (attempt["permission"], attempt["how it ended"][:6]) == ("allowed", "rang, ")
    assert attempt["number"] == "+12125550142".replace("+", "'+")
    assert "1006.14" in attempt["citations"]
    (refusal,) = _table(files, "refusals")
    assert "1006.6" in refusal["citations"]
    assert "U+1F600" in paper
    assert "陈晓明" in paper
    for key in ("person", "loans", "positions", "schedules", "notes", "consents", "stops"):
        assert _table(files, key), key
    assert any("You rang my mother" in row["words"] for row in _table(files, "complaints"))
    assert {"contact.logged", "party.revealed"} <= {row["what"] for row in _table(files, "trail")}
    assert first.trail_fault == ""

    seal_trail()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE core_auditentry SET actor_label = overlay(actor_label placing 'x' from 1 for 1)"
            " WHERE action = 'contact.logged'"
        )
        cursor.execute("SET session_replication_role = origin")
    changed = AuditEntry.objects.get(action="contact.logged")

    second = _ask(desk, language="zh-hans")
    assert make(dossier_id=second.pk)
    files = _opened(desk, second)

    manifest = files["manifest.txt"].decode("utf-8-sig")
    assert "The trail holds" not in manifest
    assert str(changed.pk) in second.trail_fault
    assert second.trail_fault in manifest
    assert "轨迹" in manifest


@pytest.mark.django_db(transaction=True)
def test_an_entry_taken_out_of_another_seal_is_missed_too(desk, asleep):
    """The seals that cover no entry of the person are counted, not hashed."""
    seal_trail()
    _live_through_it(desk)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM core_auditentry WHERE id = (SELECT min(id) FROM core_auditentry)"
        )
        cursor.execute("SET session_replication_role = origin")

    dossier = _ask(desk)
    make(dossier_id=dossier.pk)

    dossier.refresh_from_db()
    assert dossier.trail_fault


@pytest.mark.django_db
def test_it_is_made_once_handed_over_once_and_erased_here(desk, asleep):
    dossier = _ask(desk)
    with pytest.raises(ValidationError, match="being made"), transaction.atomic():
        _ask(desk)
    with pytest.raises(ValidationError, match="handed over or erased"), transaction.atomic():
        take(dossier=dossier, user=dossier.requested_by)

    assert make(dossier_id=dossier.pk)
    assert not make(dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.file.data_key_id != desk.case.borrower.data_key_id
    with pytest.raises(ValidationError, match="Only who asked"), transaction.atomic():
        take(dossier=dossier, user=desk.cast.ben)
    dossier.refresh_from_db()
    assert dossier.state == "made"

    name, data = take(dossier=dossier, user=dossier.requested_by)

    assert name.endswith(".zip")
    assert data.startswith(b"PK")
    stored = StoredFile.objects.get(pk=dossier.file_id)
    with pytest.raises(KeyDestroyed):
        open_stored(stored)
    with pytest.raises(ValidationError, match="handed over"), transaction.atomic():
        take(dossier=dossier, user=dossier.requested_by)
    told = AuditEntry.objects.filter(action__startswith="dossier.").order_by("pk")
    assert [line.action for line in told] == ["dossier.asked", "dossier.made", "dossier.taken"]
    assert {line.reason for line in told} == {"court: (2026) 17"}
    assert told[2].data["sha256"] == dossier.sha256


@pytest.mark.django_db
def test_one_nobody_fetches_is_erased(desk, asleep, django_capture_on_commit_callbacks):
    dossier = _ask(desk)
    make(dossier_id=dossier.pk)
    assert erase_forgotten() == 0
    file = StoredFile.objects.get()
    assert path_of(file).exists()

    with (
        time_machine.travel(clock.now() + timedelta(days=8), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert erase_forgotten() == 1

    dossier.refresh_from_db()
    assert dossier.state == "expired"
    assert not path_of(file).exists()


@pytest.mark.django_db
def test_one_that_cannot_be_made_says_so_and_keeps_nothing(desk, asleep, monkeypatch):
    dossier = _ask(desk)
    monkeypatch.setattr(services, "make_bundle", lambda **given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        make(dossier_id=dossier.pk)

    dossier.refresh_from_db()
    assert (dossier.state, dossier.file) == ("failed", None)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "curiosity"}, "purpose"),
        ({"reference": " "}, "reference"),
        ({"language": "fr"}, "language"),
        ({"as_of": date(2026, 5, 14)}, "as_of"),
    ],
)
def test_what_is_asked_wrongly_is_refused_and_nothing_is_written(desk, asleep, changes, field):
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        _ask(desk, **changes)

    assert set(refusal.value.error_dict) == {field}
    assert not Dossier.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="dossier.").exists()


@pytest.mark.django_db
def test_the_page_asks_lists_and_hands_over_to_who_may(desk, asleep):
    mara, here = desk.cast.extra["mara"], reverse("dossier:case", args=[desk.case.pk])
    case_href = reverse("desk:case", args=[desk.case.pk])
    assert _client(desk.cast.ana).get(here).status_code == 403
    assert here.encode() not in _client(desk.cast.ana).get(case_href).content
    client = _client(mara)
    assert here.encode() in client.get(case_href).content
    refused = client.post(here, {"purpose": "court", "reference": "", "language": "en"})
    assert refused.status_code == 422
    assert not Dossier.objects.exists()

    sent = {"purpose": "court", "reference": "(2026) 17", "language": "en", "as_of": ""}
    assert client.post(here, sent).status_code == 302
    assert client.post(here, sent).status_code == 422
    dossier = Dossier.objects.get()
    make(dossier_id=dossier.pk)
    take_href = reverse("dossier:take", args=[dossier.pk])
    assert take_href.encode() in client.get(here).content

    answer = client.post(take_href)

    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert client.post(take_href).status_code == 409
    assert take_href.encode() not in client.get(here).content


@pytest.mark.django_db
def test_of_loans_beyond_the_readers_reach_nothing_is_in_it(desk, asleep):
    """A manager of one portfolio: the person's loan in another one stays out, and unsaid."""
    from tests.loans.builders import build_loan

    manager = User.objects.create_user(
        "manager@example.com", password=None, full_name="Max", role=Role.MANAGER
    )
    grant_portfolio(portfolio=desk.cast.portfolio, user=manager, by=CLERK)
    build_loan(desk.cast.other_portfolio, party=desk.case.borrower, contract_no="HIDDEN-1")

    dossier = ask_for(
        case=desk.case, purpose="audit", reference="a", language="en", as_of=None, user=manager
    )
    make(dossier_id=dossier.pk)
    files = _opened(desk, dossier)

    assert b"HIDDEN-1" not in b"".join(files.values())
    assert len(_table(files, "loans")) == 1


def test_what_is_the_persons_own_stays_and_what_is_others_goes():
    redactor = Redactor(
        strangers=[
            Stranger("guarantor 1", ("Anna Reed",), ("+8613812345678",), ("12 Elm Street",)),
            Stranger("reference 1", ("李明",)),
        ],
        own_names=["Dana Reed", "王芳"],
        own_numbers=["+12125550142", "2026-000123"],
        own_emails=["dana@example.org"],
        regions=("US", "CN"),
    )

    said = Said(
        "Dana Reed of 212-555-0142, dana@example.org: Anna (138 1234 5678) lives at 12 Elm Street."
        " 李明 and 李先生 know; 王女士 paid 1,204.11 on 2026-11-03 under 2026-000123."
    )

    assert redactor.text(said) == (
        "Dana Reed of 212-555-0142, dana@example.org: guarantor 1 (guarantor 1) lives at"
        " guarantor 1. reference 1 and reference 1 know; 王女士 paid 1,204.11 on 2026-11-03 under"
        " 2026-000123."
    )
