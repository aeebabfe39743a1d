"""What a court is shown of one borrower: legal matters and visits, with hashes, and checked."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from PIL import Image

from collections_app.contacts.models import ResultCode
from collections_app.legal.file_services import record_cost
from collections_app.legal.services import move
from collections_app.visits.flow import Position
from collections_app.visits.making import book_visit, check_in, report_visit
from collections_app.visits.photos import add_photo
from collections_app.visits.services import cancel_visit
from core.audit.actors import SYSTEM, Actor
from core.audit.models import AuditEntry
from core.audit.sealer import seal_trail
from core.files import open_stored
from loans.contracts.services import add_party
from reporting.dossier import services
from reporting.dossier.services import ask_for, make, take
from tests.collections_app.legal_matter import MONDAY, PDF, approved, build_matter, deliver_demand
from tests.collections_app.visiting import build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party

IN_THE_WINDOW = datetime(2026, 5, 12, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def asleep(monkeypatch):
    """No worker is woken: what waits is made by the test."""
    monkeypatch.setattr(services, "wake", lambda dossier_id: None)


def _files(case, user, language: str = "en") -> tuple[dict[str, bytes], str]:
    """Makes a dossier and takes it; returns its files and what the check of the trail found."""
    dossier = ask_for(
        case=case, user=user, purpose="court", reference="L-0001", language=language, as_of=None
    )
    assert make(dossier_id=dossier.pk)
    dossier.refresh_from_db()
    _name, data = take(dossier=dossier, user=user)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, dossier.trail_fault


def _table(files: dict[str, bytes], key: str) -> list[dict[str, str]]:
    (name,) = [name for name in files if name.endswith(f"-{key}.csv")]
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


@pytest.mark.django_db(transaction=True)
def test_a_legal_matter_is_told_whole_and_a_changed_byte_about_it_is_found():
    with time_machine.travel(MONDAY, tick=False):
        matter = build_matter()
        guarantor = build_party(matter.cast.portfolio, full_name="王建军")
        add_party(loan=matter.loan, party=guarantor, role="guarantor", by=CLERK)
        letter = deliver_demand(matter)
        suit = approved(matter, kind="litigation")
        on = date(2026, 3, 2)
        suit = move(proceeding=suit, stage="filed", on=on, said={}, by=matter.by)
        reason = "王建军 paid for the debtor"
        move(
            proceeding=suit,
            stage="ended",
            on=on,
            said={"ending": "paid"},
            reason=reason,
            by=matter.by,
        )
        record_cost(
            proceeding=suit,
            kind="court_fee",
            amount=Decimal("2130.00"),
            incurred_on=on,
            is_charged=True,
            by=matter.by,
        )
        seal_trail()

        files, fault = _files(matter.case, matter.officer)

        assert fault == ""
        (demand,) = _table(files, "demand-letters")
        bytes_kept = open_stored(letter.file).read()
        assert demand["SHA-256"] == hashlib.sha256(bytes_kept).hexdigest()
        assert (demand["state"], demand["counts as arrived"]) == ("delivered", "yes")
        assert demand["notice"] == str(letter.notice_id)
        assert [row["stage"] for row in _table(files, "proceedings")][-2:] == ["filed", "ended"]
        assert "how it ended: paid" in _table(files, "proceedings")[-1]["words"]
        papers = _table(files, "legal-papers")
        assert {row["SHA-256"] for row in papers} == {hashlib.sha256(PDF).hexdigest()}
        assert {"loan contract", "power of attorney"} <= {row["paper"] for row in papers}
        (cost,) = _table(files, "legal-costs")
        assert (cost["amount"], cost["charged to the loan"]) == ("2130.00", "yes")
        assert "王建军" not in b"".join(files.values()).decode("utf-8", "ignore")
        told = {row["what"] for row in _table(files, "other-records")}
        assert not {"Demand letter", "Legal document", "Legal cost", "Proceedings"} & told
        actions = {row["what"] for row in _table(files, "trail")}
        assert {"demand_letter.delivered", "legal_document.added", "legal_cost.recorded"} <= actions

        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "UPDATE core_auditentry"
                " SET actor_label = overlay(actor_label placing 'x' from 1 for 1)"
                " WHERE action = 'demand_letter.delivered'"
            )
            cursor.execute("SET session_replication_role = origin")
        _files_now, fault = _files(matter.case, matter.officer)

    assert str(AuditEntry.objects.get(action="demand_letter.delivered").pk) in fault


@pytest.mark.django_db
def test_a_visit_is_told_with_its_check_in_its_outcome_and_the_hash_of_its_photo():
    with time_machine.travel(OPEN_AT, tick=False) as now:
        field = build_field()
        visit = field.planned(field.asked(note="Ring twice"))
        now.move_to(IN_THE_WINDOW)
        assert book_visit(visit=visit)
        check_in(
            visit=visit,
            agent=field.finn,
            at=IN_THE_WINDOW,
            position=Position(31.7619, -106.485, 12),
            is_recording=True,
        )
        picture = io.BytesIO()
        Image.new("RGB", (80, 60), (20, 120, 60)).save(picture, "JPEG")
        picture.seek(0)
        photo = add_photo(
            visit=visit, agent=field.finn, content=picture, shows="door", taken_at=IN_THE_WINDOW
        )
        result = ResultCode.objects.get(code="V-MET")
        report_visit(visit=visit, agent=field.finn, result=result, at=IN_THE_WINDOW)

        lead = field.desk.cast.ben
        files, _fault = _files(field.desk.case, lead)

    (row,) = _table(files, "visits")
    assert row["note"] == "Ring twice"
    assert (row["visitors"], row["accuracy, metres"]) == ("Finn, Gail", "12")
    assert row["outcome"].startswith(result.code)
    assert photo.sha256 in row["photos"]
    assert row["checked in"]
    assert row["attempt"]
    assert not {"Visit", "Check-in", "Photo of a visit"} & {
        told["what"] for told in _table(files, "other-records")
    }


@pytest.mark.django_db
def test_the_systems_own_reasons_are_told_in_the_language_of_the_dossier_and_peoples_as_written():
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field()
        lead = field.desk.cast.ben
        cancel_visit(visit=field.asked(), reason="arrears paid", by=SYSTEM)
        cancel_visit(visit=field.asked(), reason="arrears paid", by=Actor.of(lead))

        files, _fault = _files(field.desk.case, lead, language="zh-hans")

    told = [list(row.values()) for row in _table(files, "visits")]
    theirs = [next(cell for cell in row if f"{lead}: " in cell) for row in told[1:]]
    assert any("Makegood: 逾期已还" in cell for cell in told[0])
    assert theirs[0].endswith("arrears paid")
