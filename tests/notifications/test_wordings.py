"""Wordings: complete or refused, approved by two people, and harmless whatever a name holds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.access.rights import Role
from accounts.users.models import User
from compliance.rulepacks.services import install_standard_packs
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from loans.borrowers.models import Party
from notifications.channels.registry import adapter_of
from notifications.outbox.content import said_in
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from notifications.templates.checks import problems_of
from notifications.templates.declared import content_of, declared_content
from notifications.templates.models import MessagePurpose, MessageTemplate, TemplateVersion
from notifications.templates.rendering import MissingField, render
from notifications.templates.samples import sample_of
from notifications.templates.segments import count_parts
from notifications.templates.services import (
    Wording,
    decide_version,
    propose_version,
    retire_version,
    write_version,
)
from notifications.templates.standard import install_standard_templates
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import build_post, build_template

pytestmark = pytest.mark.django_db

BODY = "{lender}: {amount} is past due. {opt_out}"


def somebody(name, role):
    email = f"{name.split()[0].lower()}@lender.example"
    return Actor.of(User.objects.create_user(email, password=None, full_name=name, role=role))


@pytest.fixture
def writer():
    return somebody("Wren Writer", Role.COMPLIANCE_OFFICER)


@pytest.fixture
def officer():
    return somebody("Olga Officer", Role.COMPLIANCE_OFFICER)


@pytest.fixture
def template():
    install_standard_packs(by=CLERK)
    return MessageTemplate.objects.create(
        code="t", name="T", channel="sms", purpose="overdue", rule_packs=["US-REGF"]
    )


def write(template, by, body=BODY, **more):
    wording = Wording(language="en", body=body, **more)
    return write_version(template=template, wording=wording, by=by)


def trail():
    entries = AuditEntry.objects.filter(action__startswith="template.").order_by("pk")
    return list(entries.values_list("action", flat=True))


# --- two people --------------------------------------------------------------------------


def test_a_wording_is_used_once_a_second_person_approved_it(template, writer, officer):
    first = write(template, writer)
    propose_version(version=first, by=writer)
    first = decide_version(version=first, approve=True, reason="fine", by=officer)
    second = write(template, writer, body=BODY + " Thanks.")
    propose_version(version=second, by=writer)
    second = decide_version(version=second, approve=True, reason="better", by=officer)

    first.refresh_from_db()
    assert (first.status, second.status, second.version) == ("retired", "approved", 2)
    assert (second.written_by, second.approved_by) == (writer.label, officer.label)
    assert trail() == ["template.written", "template.approved"] * 2


def test_who_proposed_it_may_not_approve_it(template, writer):
    version = propose_version(version=write(template, writer), by=writer)
    with pytest.raises(PermissionDenied), transaction.atomic():
        decide_version(version=version, approve=True, reason="fine", by=writer)
    version.refresh_from_db()
    assert (version.status, version.approved_at) == ("proposed", None)


def test_who_lacks_the_right_may_not_approve(template, writer):
    version = propose_version(version=write(template, writer), by=writer)
    manager = somebody("Mo Manager", Role.MANAGER)
    with pytest.raises(PermissionDenied), transaction.atomic():
        decide_version(version=version, approve=True, reason="fine", by=manager)
    version.refresh_from_db()
    assert version.status == "proposed"


def test_a_refusal_needs_a_reason_and_gives_the_draft_back(template, writer, officer):
    version = propose_version(version=write(template, writer), by=writer)
    with pytest.raises(ValidationError), transaction.atomic():
        decide_version(version=version, approve=False, reason="", by=officer)
    version = decide_version(version=version, approve=False, reason="Too harsh", by=officer)
    assert (version.status, version.approval) == ("draft", None)
    propose_version(version=version, by=writer)


def test_steps_out_of_order_are_refused(template, writer, officer):
    version = write(template, writer)
    with pytest.raises(ValidationError, match="does not wait"):
        decide_version(version=version, approve=True, reason="x", by=officer)
    with pytest.raises(ValidationError, match="not in use"):
        retire_version(version=version, reason="x", by=officer)
    propose_version(version=version, by=writer)
    with pytest.raises(ValidationError, match="Only a draft"):
        propose_version(version=version, by=writer)
    version.refresh_from_db()
    assert version.status == "proposed"


def test_what_was_approved_is_never_edited_and_leaves_use_with_a_reason(template, writer, officer):
    version = propose_version(version=write(template, writer), by=writer)
    version = decide_version(version=version, approve=True, reason="fine", by=officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(body="Pay now!")
    with pytest.raises(ValidationError, match="why"):
        retire_version(version=version, reason=" ", by=officer)

    assert retire_version(version=version, reason="Law changed", by=officer).status == "retired"
    assert AuditEntry.objects.get(action="template.retired").reason == "Law changed"


# --- checks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "more", "says"),
    [
        (" ", {}, "Write what"),
        ("{lender} {amont} {opt_out}", {}, "amont"),
        ("{lender} {name.__class__} {opt_out}", {}, "not a field"),
        ("{lender} {{amount}} {opt_out}", {}, "not a field"),
        ("{lender} {0} %(amount)s {opt_out}", {}, "not a field"),
        ("{lender} pay to 4111 1111 1111 1111. {opt_out}", {}, "card number"),
        ("{lender}: {amount} is past due.", {}, "{opt_out}"),
        ("{amount} is past due. {opt_out}", {}, "{lender}"),
        (BODY, {"subject": "Hello"}, "no subject"),
        (BODY + "x" * 1_000, {}, "parts"),
    ],
)
def test_a_wording_with_a_problem_is_not_kept(template, writer, body, more, says):
    with pytest.raises(ValidationError) as refused:
        write(template, writer, body=body, **more)
    assert says in " ".join(refused.value.messages)
    assert not TemplateVersion.objects.exists()


def test_in_china_the_signature_and_the_providers_code_are_asked_for(template):
    template.rule_packs = ["CN"]
    wording = Wording(language="zh-hans", body="{name}您好，请还款{amount}。")
    assert len(problems_of(template=template, wording=wording)) == 2
    complete = Wording(
        language="zh-hans", body=wording.body, signature="南粤汽车金融", provider_code="SMS_1"
    )
    assert problems_of(template=template, wording=complete) == []


def test_the_confirmation_of_an_opt_out_says_nothing_else(template):
    template.purpose = MessagePurpose.OPT_OUT_CONFIRMED
    wording = Wording(language="en", body="{lender}: you will get no more messages.")
    assert problems_of(template=template, wording=wording) == []


# --- filling -----------------------------------------------------------------------------


def wording(body, **more):
    return SimpleNamespace(body=body, subject="", signature="", **more)


def test_a_value_is_never_read_as_a_wording_again():
    said = render(wording("Dear {name}, {amount}"), {"name": "{amount}", "amount": "$1"})
    assert said.body == "Dear {amount}, $1"


def test_a_field_without_a_value_stops_the_message_but_a_salutation_may_lack():
    assert render(wording("Dear {salutation} {name}"), {"name": "Ann"}).body == "Dear Ann"
    with pytest.raises(MissingField) as missing:
        render(wording("Dear {name}"), {})
    assert missing.value.field == "name"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bobby {amount} {0}", "Bobby amount 0"),
        ("Eve\r\nSTOP", "EveSTOP"),
        ("evil.com/pay", "evil com pay"),
        ("https://evil.example", "https evil example"),
        ("a@evil.example", "a evil example"),
        ("An\u202egnp.exe", "Angnp exe"),
        ("Zero\u200bWidth\u0007", "ZeroWidth"),
        ("Müller-Lüdenscheidt, Dr. h. c.", "Müller-Lüdenscheidt, Dr. h. c."),
        ("<b>陈晓明</b>", "<b>陈晓明< b>"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_can_do_nothing_to_a_message(name, shown):
    with time_machine.travel(OPEN_AT, tick=True):
        post = build_post()
        build_template(code="named", body="Dear {name}! {opt_out}")
        Party.objects.filter(pk=post.phone.party_id).update(full_name=name[:200])
        template = MessageTemplate.objects.get(code="named")
        type(post.account).objects.update(adapter="files", settings={})
        post.account.refresh_from_db()
        assert adapter_of(post.account).code == "files"
        post.owe(template_id=template.pk)
        run_account(post.account, seconds=2)
        message = Message.objects.get()
        assert message.state == "accepted", (message.reason, message.reason_values)
        assert said_in(message).body == f"Dear {shown[:120]}! Reply STOP to opt out."


def test_what_a_wording_says_is_declared_to_the_gate(template):
    version = TemplateVersion(template=template, language="en", body=BODY)
    assert content_of(version) >= {"opt_out_statement", "mentions_debt", "debt_details"}
    template.purpose = "thanks"
    version.body = "{lender}: thank you."
    assert content_of(version) == frozenset()


def test_what_is_said_in_the_portfolios_language_is_declared_too(template, writer, officer):
    version = propose_version(version=write(template, writer), by=writer)
    decide_version(version=version, approve=True, reason="fine", by=officer)
    assert declared_content(template, ("es", "en")) >= {"mentions_debt", "debt_details"}
    assert declared_content(template, ("es",)) == frozenset()


# --- what comes with the product ----------------------------------------------------------


def test_the_standard_wordings_cover_every_purpose_in_both_languages():
    install_standard_packs(by=CLERK)
    installed = install_standard_templates(by=CLERK)
    entries = AuditEntry.objects.filter(action="template.installed").count()

    assert install_standard_templates(by=CLERK) == installed
    assert AuditEntry.objects.filter(action="template.installed").count() == entries
    assert {template.purpose for template in installed} == set(MessagePurpose.values)
    assert {template.channel for template in installed} == {"sms", "email", "letter"}
    assert TemplateVersion.objects.count() == 2 * len(installed)
    for version in TemplateVersion.objects.select_related("template"):
        said = sample_of(version)
        assert (version.status, version.approved_by) == ("approved", CLERK.label)
        assert "{" not in said.subject + said.body
        assert version.template.channel != "sms" or count_parts(said.body).parts <= 3
        is_chinese = any("\u4e00" <= char <= "\u9fff" for char in version.body)
        assert is_chinese == (version.language == "zh-hans")


def test_what_a_lender_wrote_is_kept_when_the_standard_comes():
    install_standard_packs(by=CLERK)
    build_template(body=BODY)
    install_standard_templates(by=CLERK)

    versions = TemplateVersion.objects.filter(template__code="overdue-sms")
    assert versions.get(language="en").body == BODY
    assert versions.filter(language="zh-hans").exists()
