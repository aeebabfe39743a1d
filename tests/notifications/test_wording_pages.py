"""Wordings in the browser: counted while they are written, kept, proposed, approved, retired."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from compliance.rulepacks.services import install_standard_packs
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.segments import count_parts
from tests.collections_app.strategies import build_person
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import build_account, build_template
from tests.notifications.vectors import vectors

pytestmark = pytest.mark.django_db
GOOD = "{lender}: {amount} is past due on the contract ending {contract_tail}."


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(OPEN_AT, tick=True):
        yield


def browser(role):
    client = Client()
    client.force_login(build_person(role))
    return client


def page(name, *args):
    return reverse(f"wordings:{name}", args=args)


def texts():
    """The vectors, and what a borrower may be called."""
    own = ["", "€" * 80, "a" * 160, "a" * 161, "😀" * 36, "张" * 70, "张" * 71, "x\n{}", "ç"]
    return [row["text"] for row in vectors("sms_segments")] + own


def test_the_page_counts_as_the_server_counts():
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node to run the module of the page")
    module = Path(settings.BASE_DIR, "static/js/segments.js").as_uri()
    script = (
        f"import {{ countParts }} from {json.dumps(module)};"
        "let all = ''; for await (const part of process.stdin) all += part;"
        "console.log(JSON.stringify(JSON.parse(all).map(countParts)));"
    )
    ran = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps(texts()),
        capture_output=True,
        text=True,
        check=True,
    )

    theirs = json.loads(ran.stdout)

    ours = [count_parts(text) for text in texts()]
    assert theirs == [
        {"encoding": one.encoding, "units": one.units, "parts": one.parts} for one in ours
    ]


def test_without_scripts_the_server_gives_the_same_numbers():
    build_template()
    build_account(adapter="files", price_per_part="0.0079", price_currency="USD")
    officer = browser(Role.COMPLIANCE_OFFICER)
    data = {"language": "en", "body": "€" * 80 + "a", "act": "show"}

    shown = officer.post(page("write", "overdue-sms"), data)
    counted = officer.post(page("counted"), data)

    assert shown.status_code == 200
    assert shown.context["parts"].parts == 2
    assert [row["cost"] for row in shown.context["prices"]] == ["0.0158 USD"]
    assert counted.json() == {"encoding": "GSM-7", "units": 161, "parts": 2}
    assert TemplateVersion.objects.count() == 1


def test_a_wording_is_written_proposed_and_approved_by_somebody_else():
    build_template()
    manager, officer = browser(Role.MANAGER), browser(Role.COMPLIANCE_OFFICER)

    kept = manager.post(page("write", "overdue-sms"), {"language": "en", "body": GOOD})
    assert kept.status_code == 303
    draft = TemplateVersion.objects.get(status="draft")
    manager.post(page("propose", draft.pk))
    assert officer.post(page("decide", draft.pk), {"decision": "refuse"}).status_code == 422
    row = officer.get(page("template", "overdue-sms")).context["languages"][0]["rows"][0]
    assert ("gone", " {opt_out}") in row["difference"]
    officer.post(page("decide", draft.pk), {"decision": "approve", "reason": "Clearer"})

    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("approved", 2)
    assert TemplateVersion.objects.get(version=1).status == "retired"


def test_who_wrote_it_does_not_approve_it_and_a_manager_has_no_right_to():
    build_template()
    officer = browser(Role.COMPLIANCE_OFFICER)
    officer.post(page("write", "overdue-sms"), {"language": "en", "body": GOOD})
    draft = TemplateVersion.objects.get(status="draft")
    officer.post(page("propose", draft.pk))

    own = officer.post(page("decide", draft.pk), {"decision": "approve"})
    others = browser(Role.MANAGER).post(page("decide", draft.pk), {"decision": "approve"})

    assert (own.status_code, others.status_code) == (403, 403)
    draft.refresh_from_db()
    assert draft.status == "proposed"


def test_what_a_pack_makes_mandatory_is_shown_and_asked_for():
    install_standard_packs(by=CLERK)
    build_template(code="cn-sms", rule_packs=["CN"])
    officer = browser(Role.COMPLIANCE_OFFICER)

    shown = officer.get(page("template", "cn-sms"))
    refused = officer.post(page("write", "cn-sms"), {"language": "zh-hans", "body": "您好"})

    assert "CN" in [code for code, _text in shown.context["mandatory"]]
    assert refused.status_code == 422
    assert TemplateVersion.objects.count() == 1


def test_a_wording_is_taken_out_of_use_with_a_reason():
    version = build_template().versions.get()
    officer = browser(Role.COMPLIANCE_OFFICER)

    assert officer.post(page("retire", version.pk), {"reason": ""}).status_code == 422
    officer.post(page("retire", version.pk), {"reason": "The number changed"})

    version.refresh_from_db()
    assert version.status == "retired"


def test_a_template_is_opened_once_and_the_list_says_which_language_is_missing():
    officer = browser(Role.COMPLIANCE_OFFICER)
    data = {"name": "Before due", "code": "due-3", "channel": "sms", "purpose": "before_due"}

    assert officer.post(page("new"), data).status_code == 303
    assert officer.post(page("new"), data).status_code == 422
    build_template()

    assert MessageTemplate.objects.count() == 2
    rows = {row["code"]: row["coverage"] for row in officer.get(page("list")).context["rows"]}
    assert [item["mark"] for item in rows["overdue-sms"]] == ["done", "failed"]
    assert [item["mark"] for item in rows["due-3"]] == ["failed", "failed"]


def test_who_only_reads_cannot_write():
    build_template()
    auditor = browser(Role.AUDITOR)

    assert auditor.get(page("list")).status_code == 200
    assert auditor.get(page("write", "overdue-sms")).status_code == 403
    assert browser(Role.AGENT).get(page("list")).status_code == 403
