"""A legal officer takes a case from the demand letter to filing and preservation, in the browser's
own forms, with a second person's approvals; every statutory day is that of the scenarios."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import LegalDeadline, Proceeding
from compliance.gate.facts import Channel, ContactRequest, Purpose
from compliance.gate.services import decide
from core import clock
from core.audit.models import AuditEntry
from loans.repayments.models import Charge
from tests.collections_app.legal_matter import MONDAY, PDF, build_matter

pytestmark = pytest.mark.django_db

SCENARIOS = {
    row["id"]: row
    for row in json.loads(
        (Path(__file__).parents[1] / "data/compliance/cases.json").read_text(encoding="utf-8")
    )["deadline_cases"]
}


class Person:
    """Somebody at a browser who fills the forms of a page as they stand there."""

    def __init__(self, user) -> None:
        self.user = user
        self.client = Client()
        self.sign_in()

    def sign_in(self) -> None:
        """Signs in, again after a night: a session ends."""
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        self.client.force_login(self.user, backend=backend)

    def step(self, page: str, name: str, **fields):
        """Sends one step of a page with its own token; returns the answer."""
        self.sign_in()
        html = self.client.get(page).content.decode()
        form = re.search(rf'id="step-{name}".*?</form>', html, re.S)
        assert form, f"{page} offers no {name}"
        action = re.search(r'action="([^"]+)"', form[0])[1]
        token = re.search(r'name="token" value="([^"]+)"', form[0])[1]
        return self.client.post(action, {"token": token, **fields})

    def done(self, page: str, name: str, **fields) -> str:
        """Sends one step that must work; returns where it leads."""
        answer = self.step(page, name, **fields)
        errors = getattr(answer, "context", None) and [
            step.form.errors for step in answer.context.get("steps", []) if step.form.errors
        ]
        assert answer.status_code == 302, errors
        return answer["Location"]


def _day(scenario: str, name: str) -> date:
    return date.fromisoformat(SCENARIOS[scenario]["expected"][name])


def _due(proceeding, code) -> LegalDeadline:
    return LegalDeadline.objects.get(proceeding=proceeding, code=code, state="open")


def _paper(kind):
    return {"kind": kind, "file": SimpleUploadedFile(f"{kind}.pdf", PDF, "application/pdf")}


def _call_is_open(matter) -> bool:
    phone = matter.case.borrower.contact_points.get(kind="phone")
    request = ContactRequest(
        party_id=matter.case.borrower_id,
        loan_ids=(matter.loan.pk,),
        channel=Channel.CALL,
        at=clock.now(),
        contact_point_id=phone.pk,
        purpose=Purpose.PAYMENT,
    )
    return decide(request).allowed


def test_from_demand_letter_to_filing_to_preservation():
    with time_machine.travel(MONDAY, tick=False) as now:
        matter = build_matter()
        officer, lead = Person(matter.officer), Person(matter.cast.ben)
        file = reverse("legal:case_file", args=[matter.case.pk])

        # --- the demand ---------------------------------------------------------------------
        letter = officer.done(
            file,
            "draw",
            address=str(matter.case.borrower.addresses.get().pk),
            language="zh-hans",
            as_of="2026-03-02",
            pay_by="2026-03-16",
        )
        officer.done(letter, "propose")
        assert lead.step(letter, "decide", decision="refuse", reason="").status_code == 422
        lead.done(letter, "decide", decision="approve")
        officer.done(letter, "post", on="2026-03-02", courier="EMS", tracking_number="E77")
        now.move_to("2026-03-04T02:00:00+00:00")
        officer.done(letter, "deliver", on="2026-03-04")
        assert DemandLetter.objects.get().counts_as_served

        # --- the suit -----------------------------------------------------------------------
        suit = officer.done(file, "open", kind="litigation")
        page = officer.client.get(suit).content.decode()
        assert "the court or tribunal" in page
        assert "a demand that arrived" not in page
        assert 'id="step-propose"' not in page
        for kind in (
            "claim",
            "contract",
            "disbursement",
            "account",
            "identity",
            "authority",
        ):
            officer.done(suit, "document", **_paper(kind))
        officer.done(
            suit,
            "details",
            court="深圳市南山区人民法院",
            counsel="周律师",
            claim_amount="51120.00",
            claim_as_of="2026-03-02",
        )
        officer.done(suit, "propose")
        assert lead.done(suit, "decide", decision="approve") == suit
        assert _call_is_open(matter)
        officer.done(suit, "movefiled", on="2026-03-04")
        officer.done(suit, "moveaccepted", on="2026-03-04", case_number="(2026)粤0305民初1234号")
        officer.done(suit, "movehearing", on="2026-03-04", hearing_at="2026-04-20T09:30")
        proceeding = Proceeding.objects.get(kind="litigation")
        assert _due(proceeding, "hearing").due_on == date(2026, 4, 20)
        assert not _call_is_open(matter)  # only through counsel while the court has it

        # --- preservation in the suit ---------------------------------------------------------
        measure = officer.done(file, "open", kind="preservation", asset="movable")
        for kind in ("claim", "assets", "contract", "authority", "security"):
            officer.done(measure, "document", **_paper(kind))
        officer.done(
            measure,
            "details",
            court="深圳市南山区人民法院",
            claim_amount="51120.00",
            claim_as_of="2026-03-02",
            security_given_on="2026-03-04",
        )
        officer.done(measure, "propose")
        lead.done(measure, "decide", decision="approve")
        officer.done(measure, "movefiled", on="2026-03-04")
        said = SCENARIOS["DL-CN-03"]["input"]
        now.move_to(f"{said['accepted_on']}T02:00:00+00:00")
        officer.done(
            measure,
            "moveaccepted",
            on=said["accepted_on"],
            case_number="(2026)粤0305执保88号",
            accepted_at=f"{said['accepted_on']}T09:00",
        )
        preservation = Proceeding.objects.get(kind="preservation")
        assert _due(preservation, "preservation_ruling").due_on == _day("DL-CN-03", "ruling_due_on")
        officer.done(measure, "moveruled", on=said["accepted_on"])
        officer.done(measure, "movein_force", on=SCENARIOS["DL-CN-04"]["input"]["sealed_on"])
        assert _due(preservation, "preservation_ends").due_on == _day("DL-CN-04", "expires_on")
        renewal = _due(preservation, "preservation_renewal")
        assert renewal.due_on == _day("DL-CN-04", "renewal_request_by")
        assert "财产保全规定 18" in renewal.citation
        # The suit is filed: nobody waits thirty days for it.
        assert not LegalDeadline.objects.filter(code="preservation_file_by").exists()

        # --- its cost, and the docket -----------------------------------------------------------
        officer.done(
            measure,
            "cost",
            kind="preservation_fee",
            amount="530.00",
            incurred_on="2026-03-16",
            is_charged="on",
        )
        charge = Charge.objects.get()
        assert (charge.amount, charge.kind, charge.loan_id) == (530, "fee", matter.loan.pk)
        officer.sign_in()
        docket = officer.client.get(reverse("legal:docket"), {"within": ""})
        codes = [row["line"].what for row in docket.context["rows"]]
        assert codes == ["Hearing", "Ask for renewal of the measure", "Measure ends"]
        assert "欧阳建国" not in docket.content.decode()
        paper = officer.client.get(docket.context["print_href"])
        bands = [(band["heading"], len(band["rows"])) for band in paper.context["bands"]]
        assert bands == [("Later", 3)]  # the hearing is five weeks off
        assert "欧阳建国" not in paper.content.decode()
        actions = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"demand_letter.delivered", "proceeding.filed", "legal_cost.recorded"} <= actions
