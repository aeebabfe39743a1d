"""The pages of rule packs: read by oversight, proposed and decided by two people."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access.rights import Role
from compliance.rulepacks.documents import document_of, read_document
from compliance.rulepacks.models import RulePackProposal, RulePackVersion
from compliance.rulepacks.overview import pack_lines
from compliance.rulepacks.queries import pack_choices
from compliance.rulepacks.services import install_pack, install_standard_packs, propose_version
from core.audit import SYSTEM, Actor, AuditEntry
from tests.compliance.packs import next_document, officer, pack_document
from tests.loans.builders import build_portfolio

pytestmark = pytest.mark.django_db
WHY = "The text changed."


@pytest.fixture
def cleo(client):
    cleo = officer("Cleo")
    client.force_login(cleo)
    return cleo


@pytest.fixture
def version():
    return install_pack(document=pack_document(), by=SYSTEM)


@pytest.fixture
def proposal(cleo, version):
    return propose_version(document=next_document(), reason=WHY, by=Actor.of(cleo))


def page(client, name, /, *args, **query):
    return client.get(reverse(f"rulepacks:{name}", args=args), query)


def posted(client, name, /, *args, **data):
    return client.post(reverse(f"rulepacks:{name}", args=args), data)


def typed(form, **changes):
    """What a browser would send of a form as it was shown, with some fields changed."""
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, False, "", []):
            data[field.html_name] = value
    return data | changes


# --- reading -----------------------------------------------------------------------------


def test_the_list_says_what_is_in_force_what_comes_and_what_waits(client, cleo, version, proposal):
    build_portfolio(code="us", rule_packs=("TEST", "NONE"))
    install_pack(document=pack_document(code="LATER", effective_from="2031-01-01"), by=SYSTEM)
    propose_version(document=pack_document(code="NEW"), reason=WHY, by=Actor.of(cleo))

    lines = {line.code: line for line in page(client, "list").context["packs"]}

    assert lines["TEST"].in_force.version == 1
    assert lines["TEST"].proposal == proposal
    assert lines["TEST"].portfolios == ("us",)
    assert (lines["LATER"].in_force, lines["LATER"].next.version) == (None, 1)
    assert (lines["NEW"].in_force, lines["NEW"].proposal.version) == (None, 1)


def test_the_list_takes_four_queries_whatever_the_packs(cleo, version, django_assert_num_queries):
    for number in range(5):
        install_pack(document=pack_document(code=f"P{number}"), by=SYSTEM)

    with django_assert_num_queries(4):  # versions, proposals, portfolios, packs
        assert len(pack_lines(user=cleo, day=date(2026, 5, 12))) == 6


def test_a_pack_shows_every_rule_in_plain_words_with_its_text_and_force(client, cleo, version):
    shown = page(client, "pack", "TEST").content.decode()

    for piece in (
        "Only from 08:00 to 21:00 where the person is",
        "At most 7 in 7 calendar days, for each person and debt",
        "12 CFR 1006.6(b)(1)(i)",
        "a lawsuit between the parties needs it",
        "call; SMS",
    ):
        assert piece in shown, piece


def test_a_pack_stands_under_the_tabs_of_compliance(client, cleo, version):
    tabs = page(client, "pack", "TEST").context["tabs"]

    assert [str(tab.label) for tab in tabs if tab.is_current] == ["Rule packs"]
    assert b'aria-label="Pages of compliance"' in page(client, "pack", "TEST").content


def test_citations_of_our_own_policy_are_read_in_chinese_and_law_is_cited_as_it_is(client, cleo):
    install_standard_packs(by=SYSTEM)
    cleo.language = "zh-hans"
    cleo.save()

    shown = page(client, "pack", "UK").content.decode()

    assert "Policy: FCA CONC 7.9.4R names no hours" not in shown
    assert "内部政策：FCA CONC 7.9.4R 未规定具体时段" in shown
    assert "FCA CONC 7.9.12R to 7.9.14R" in shown


def test_any_two_editions_stand_side_by_side(client, version, proposal):
    found = page(client, "difference", "TEST", old="1", new=str(proposal.pk))

    (change,) = found.context["difference"]["changed"]
    assert (change.code, change.parts) == ("T-CAP", (("limit", "7", "6"),))
    assert page(client, "difference", "TEST", old="1", new="7").status_code == 404


def test_a_document_is_handed_out_as_it_is(client, cleo, version, proposal):
    published = page(client, "version_document", "TEST", 1)
    asked = page(client, "proposal_document", proposal.pk)

    assert read_document(json.loads(published.content)) == document_of(version)
    assert "TEST-v1.json" in published["Content-Disposition"]
    assert read_document(json.loads(asked.content)).version == 2


def test_who_may_not_read_packs_is_refused_and_what_is_not_there_is_not_found(client, version):
    client.force_login(officer("Ana", Role.AGENT))
    assert page(client, "list").status_code == 403
    assert page(client, "pack", "TEST").status_code == 403

    client.force_login(officer("Otto", Role.AUDITOR))
    assert page(client, "pack", "TEST").status_code == 200
    assert page(client, "pack", "NONE").status_code == 404
    assert page(client, "propose", "TEST").status_code == 403


# --- proposing ---------------------------------------------------------------------------


def test_a_form_shows_what_would_differ_and_then_proposes_it(client, cleo, version):
    form = page(client, "propose", "TEST").context["form"]
    data = typed(form, effective_from="2031-01-01", reason=WHY)
    data["1-value-limit"] = "5"
    data["0-citation"] = "12 CFR 1006.6"

    seen = posted(client, "propose", "TEST", **data)

    assert seen.status_code == 200
    codes = [change.code for change in seen.context["difference"]["changed"]]
    assert codes == ["T-HOURS", "T-CAP"]
    assert not RulePackProposal.objects.exists()

    answer = posted(client, "propose", "TEST", **data, seen=seen.context["seen"])

    proposal = RulePackProposal.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == reverse("rulepacks:proposal", args=[proposal.pk])
    read = read_document(proposal.document)
    assert read.rules[1].values == version.rules.get(code="T-CAP").values | {"limit": 5}
    assert read.rules[0].citation == "12 CFR 1006.6"
    assert (read.version, proposal.reason) == (2, WHY)


def test_what_changed_after_it_was_shown_is_shown_again(client, cleo, version):
    form = page(client, "propose", "TEST").context["form"]
    data = typed(form, effective_from="2031-01-01", reason=WHY) | {"1-value-limit": "5"}
    seen = posted(client, "propose", "TEST", **data).context["seen"]

    again = posted(client, "propose", "TEST", **data | {"1-value-limit": "4"}, seen=seen)

    assert again.context["difference"]["changed"][0].parts == (("limit", "7", "4"),)
    assert not RulePackProposal.objects.exists()


def test_a_form_takes_a_rule_out(client, cleo, version):
    form = page(client, "propose", "TEST").context["form"]
    data = typed(form, effective_from="2031-01-01", reason=WHY) | {"0-removed": "on"}

    seen = posted(client, "propose", "TEST", **data)

    assert [rule.code for rule in seen.context["difference"]["removed"]] == ["T-HOURS"]


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        ({}, "No rule differs"),
        ({"1-value-limit": ""}, "limit is missing"),
        ({"0-value-opens": "late"}, "opens must be a time of day"),
        ({"0-citation": ""}, "required"),
        ({"effective_from": "2020-01-01", "1-value-limit": "5"}, "is in force from 2021-01-01"),
    ],
)
def test_a_form_that_cannot_be_proposed_says_why(client, cleo, version, changes, piece):
    form = page(client, "propose", "TEST").context["form"]
    data = typed(form, effective_from="2031-01-01", reason=WHY) | changes

    answer = posted(client, "propose", "TEST", **data)

    assert answer.status_code == 422
    assert piece in answer.content.decode()
    assert not RulePackProposal.objects.exists()


def test_a_document_adds_rules_and_founds_packs(client, cleo):
    document = pack_document(code="NEW")
    file = SimpleUploadedFile("new.json", json.dumps(document).encode())

    seen = posted(client, "new", file=file, reason=WHY)

    assert [rule.code for rule in seen.context["difference"]["added"]] == ["T-HOURS", "T-CAP"]
    text = seen.context["form"]["text"].value()
    assert json.loads(text) == document

    answer = posted(client, "new", text=text, reason=WHY, seen=seen.context["seen"])

    assert answer.status_code == 303
    assert RulePackProposal.objects.get().code == "NEW"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "Bring a file or paste"),
        ('{"code": \n oops}', "line 2, sign 2"),
        ("[]", "not an object"),
        ('{"code": "X"}', "has no rules"),
    ],
)
def test_a_document_with_problems_is_refused_with_all_of_them(client, cleo, text, piece):
    answer = posted(client, "new", text=text, reason=WHY)

    assert answer.status_code == 422
    assert piece in answer.content.decode()
    assert not RulePackProposal.objects.exists()


# --- deciding ----------------------------------------------------------------------------


def test_the_second_person_sees_the_difference_and_publishes(client, version, proposal):
    client.force_login(officer("Dan"))
    shown = page(client, "proposal", proposal.pk)
    assert shown.context["difference"]["changed"][0].parts == (("limit", "7", "6"),)

    answer = posted(client, "decide", proposal.pk, decision="publish", reason="Checked.")

    assert answer.status_code == 303
    assert RulePackVersion.objects.get(version=2).published_by == "Dan"


def test_who_proposed_is_shown_no_decision_and_takes_none(client, version, proposal):
    shown = page(client, "proposal", proposal.pk)
    assert (shown.context["decide_href"], bool(shown.context["withdraw_href"])) == ("", True)

    answer = posted(client, "decide", proposal.pk, decision="publish", reason="Mine.")

    assert answer.status_code == 403
    assert RulePackVersion.objects.count() == 1


def test_a_refusal_needs_its_reason_and_is_shown(client, version, proposal):
    client.force_login(officer("Maria", Role.MANAGER))
    assert posted(client, "decide", proposal.pk, decision="refuse", reason="").status_code == 422

    posted(client, "decide", proposal.pk, decision="refuse", reason="Wrong citation.")

    assert "Wrong citation." in page(client, "proposal", proposal.pk).content.decode()
    assert RulePackVersion.objects.count() == 1


def test_a_proposal_is_withdrawn_by_who_made_it(client, version, proposal):
    assert posted(client, "withdraw", proposal.pk).status_code == 303

    shown = page(client, "proposal", proposal.pk)
    assert (shown.context["decide_href"], shown.context["withdraw_href"]) == ("", "")


def test_looking_writes_nothing(client, version, proposal):
    before = (AuditEntry.objects.count(), RulePackProposal.objects.count())

    for name, *args in (
        ["list"],
        ["pack", "TEST"],
        ["difference", "TEST"],
        ["propose", "TEST"],
        ["propose_document", "TEST"],
        ["new"],
        ["proposal", proposal.pk],
    ):
        assert page(client, name, *args).status_code == 200, name

    assert (AuditEntry.objects.count(), RulePackProposal.objects.count()) == before


# --- the packs of a portfolio ------------------------------------------------------------


def test_choosing_packs_says_which_have_no_version_in_force_and_which_join_in(version):
    install_pack(document=pack_document(code="LATER", effective_from="2091-01-01"), by=SYSTEM)
    install_pack(document=pack_document(code="LOCAL", place="US-MA"), by=SYSTEM)

    labels = dict(pack_choices())

    assert labels["TEST"] == "Rules of the tests"
    assert "nobody may be contacted" in labels["LATER"]
    assert "joins in by itself in US-MA" in labels["LOCAL"]


def test_a_portfolio_that_names_a_pack_without_a_version_in_force_says_so(client, version):
    client.force_login(officer("Ada", Role.ADMINISTRATOR))
    install_pack(document=pack_document(code="LATER", effective_from="2091-01-01"), by=SYSTEM)
    build_portfolio(code="open", rule_packs=("TEST",))
    build_portfolio(code="shut", rule_packs=("TEST", "LATER", "GONE"))

    shown = {
        code: client.get(reverse("portfolios:detail", args=[code])).context["missing_packs"]
        for code in ("open", "shut")
    }

    assert shown == {"open": [], "shut": ["GONE", "LATER"]}
