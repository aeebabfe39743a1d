"""Rule packs: read strictly, proposed by one, published by another, never edited after."""

from __future__ import annotations

import json
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.access.rights import Role
from accounts.approvals.flow import ApprovalStatus
from accounts.models import Notice
from compliance.rulepacks.differences import difference
from compliance.rulepacks.documents import document_of, read_document
from compliance.rulepacks.models import (
    RulePack,
    RulePackProposal,
    RulePackVersion,
    RuleParameters,
)
from compliance.rulepacks.queries import lies_in, rules_on
from compliance.rulepacks.services import (
    install_pack,
    install_standard_packs,
    propose_version,
    publish_version,
    refuse_version,
    withdraw_proposal,
)
from compliance.rulepacks.standard import standard_documents
from core.audit import SYSTEM, Actor, AuditEntry
from tests.compliance.packs import next_document, officer, pack_document

pytestmark = pytest.mark.django_db
WHY = "The text changed."
DAY = date(2026, 5, 12)


@pytest.fixture
def cleo():
    return officer("Cleo")


@pytest.fixture
def dan():
    return officer("Dan")


def proposed(by, **changes):
    return propose_version(document=next_document(**changes), reason=WHY, by=Actor.of(by))


def applied(codes=("TEST",), day=DAY, **who):
    rules, missing = rules_on(pack_codes=codes, days=[day])[day].of(codes, **who)
    return {rule.code: rule for rule in rules}, missing


# --- documents ---------------------------------------------------------------------------


def test_every_problem_of_a_document_is_named_at_once_with_its_rule():
    document = pack_document(version=0, effective_from="soon", place="Boston")
    hours, cap = document["rules"]
    hours["values"] |= {"opens": "21:00", "closes": "08:00"}
    hours["citation"] = " "
    cap["values"] |= {"limit": "seven"}
    cap["binding"] = "always"
    cap["override"] = ["it is urgent"]
    document["rules"] += [{"rule": "telepathy", "code": "T-MIND"}, dict(hours)]

    with pytest.raises(ValidationError) as refused:
        read_document(document)

    said = "\n".join(refused.value.messages)
    for piece in (
        "“place” must be like",
        "“version” must be a whole number",
        "“effective_from” must be a day",
        "T-HOURS has no citation",
        "T-HOURS: the window must open before it closes",
        "T-CAP: limit must be a whole number",
        "T-CAP: “binding” must be",
        "T-CAP: there is no ground “it is urgent”",
        "T-MIND: there is no rule “telepathy”",
        "T-HOURS stands in the document 2 times",
    ):
        assert piece in said, piece


@pytest.mark.parametrize(
    ("document", "piece"),
    [
        ([], "not an object"),
        (pack_document(rules=[]), "has no rules"),
        (pack_document(rules=["window"]), "Rule 1 is not an object"),
        (pack_document(code="test"), "capital letters"),
        (pack_document(sign_off="counsel"), "“sign_off” is not known here"),
        (pack_document(version=True), "“version” must be a whole number"),
    ],
)
def test_what_is_no_document_is_refused_with_what_to_do(document, piece):
    with pytest.raises(ValidationError) as refused:
        read_document(document)

    assert piece in "\n".join(refused.value.messages)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (0, {"opens": "08:00+01:00"}),
        (0, {"channels": "call"}),
        (0, {"channels": ["telex"]}),
        (0, {"openz": "08:00"}),
        (1, {"unit": ["debt"]}),
        (1, {"unit": {}}),
        (1, {"limit": True}),
        (1, {"days": 0}),
    ],
)
def test_values_that_do_not_fit_are_refused(rule, values):
    document = pack_document()
    document["rules"][rule]["values"] |= values

    with pytest.raises(ValidationError):
        read_document(document)


def test_a_document_read_from_what_is_stored_is_the_document_that_was_given():
    version = install_pack(document=pack_document(), by=SYSTEM)

    stored = document_of(RulePackVersion.objects.get(pk=version.pk))

    assert stored == read_document(pack_document())
    assert read_document(json.loads(json.dumps(stored.as_json()))) == stored


# --- the packs of the product ------------------------------------------------------------


def test_the_standard_packs_are_installed_once():
    first = install_standard_packs(by=SYSTEM)
    trail = AuditEntry.objects.count()
    second = install_standard_packs(by=SYSTEM)

    assert [version.pk for version in first] == [version.pk for version in second]
    assert {version.pack.code for version in first} == set(standard_documents())
    assert AuditEntry.objects.count() == trail


def test_a_newer_document_of_the_product_is_installed_after_the_older_one(monkeypatch):
    documents = {"TEST": pack_document()}
    monkeypatch.setattr("compliance.rulepacks.services.standard_documents", lambda: documents)
    install_standard_packs(by=SYSTEM)
    documents["TEST"] = next_document()

    install_standard_packs(by=SYSTEM)

    assert [v.version for v in RulePackVersion.objects.order_by("version")] == [1, 2]


def test_the_product_never_replaces_what_two_people_decided(monkeypatch, cleo, dan):
    documents = {"TEST": pack_document()}
    monkeypatch.setattr("compliance.rulepacks.services.standard_documents", lambda: documents)
    install_standard_packs(by=SYSTEM)
    publish_version(proposal=proposed(cleo), reason=WHY, by=Actor.of(dan))
    documents["TEST"] = pack_document(version=3, effective_from="2032-01-01")

    installed = install_standard_packs(by=SYSTEM)

    assert installed == []
    assert RulePackVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        ({"name": "Other", "effective_from": "2022-01-01"}, "is published and cannot change"),
        ({"version": 2, "place": "US-MA"}, "cannot change; rules of another place"),
        ({"version": 2, "effective_from": "2020-01-01"}, "is in force from 2021-01-01"),
    ],
)
def test_what_does_not_follow_the_published_version_is_not_installed(changes, piece):
    install_pack(document=pack_document(), by=SYSTEM)

    with pytest.raises(ValidationError) as refused:
        install_pack(document=pack_document(**changes), by=SYSTEM)

    assert piece in refused.value.messages[0]
    assert RulePackVersion.objects.count() == 1


def test_a_published_version_is_never_edited():
    version = install_pack(document=pack_document(), by=SYSTEM)

    for change in (
        lambda: RulePackVersion.objects.update(effective_from=DAY),
        lambda: RuleParameters.objects.filter(version=version).update(values={}),
        lambda: RuleParameters.objects.filter(version=version).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert document_of(version) == read_document(pack_document())


# --- proposing and publishing ------------------------------------------------------------


def test_one_proposes_another_publishes_and_only_then_it_applies(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)

    proposal = proposed(cleo)

    assert RulePackVersion.objects.count() == 1
    assert Notice.objects.get(user=dan).key == "rulepack.proposed"
    assert not Notice.objects.filter(user=cleo).exists()

    version = publish_version(proposal=proposal, reason="Checked the text.", by=Actor.of(dan))

    assert (version.version, version.published_by) == (2, "Dan")
    assert version.proposal == proposal
    assert document_of(version).rules == read_document(next_document()).rules
    assert applied()[0]["T-CAP"].values["limit"] == 7
    assert applied(day=date(2031, 1, 1))[0]["T-CAP"].values["limit"] == 6
    entry = AuditEntry.objects.get(action="rulepack.published", object_id=str(version.pk))
    assert (entry.actor_label, entry.reason) == ("Dan", "Checked the text.")
    assert Notice.objects.get(user=cleo).key == "rulepack.published"


def test_a_new_pack_begins_with_its_first_proposal(cleo, dan):
    proposal = propose_version(document=pack_document(), reason=WHY, by=Actor.of(cleo))
    assert not RulePack.objects.exists()

    publish_version(proposal=proposal, reason=WHY, by=Actor.of(dan))

    assert set(applied()[0]) == {"T-HOURS", "T-CAP"}


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        ({"version": 3}, "The next version of TEST is 2"),
        ({"effective_from": "2026-05-12"}, "already begun somewhere"),
        ({"rules": pack_document()["rules"]}, "No rule differs"),
        ({"place": "US-MA"}, "rules of another place"),
    ],
)
def test_a_proposal_that_could_not_be_published_is_not_kept(cleo, changes, piece):
    install_pack(document=pack_document(), by=SYSTEM)
    trail = AuditEntry.objects.count()

    with time_machine.travel("2026-05-11T12:00:00Z"), pytest.raises(ValidationError) as refused:
        proposed(cleo, **changes)

    assert piece in refused.value.messages[0]
    assert not RulePackProposal.objects.exists()
    assert AuditEntry.objects.count() == trail


def test_a_proposal_says_why(cleo):
    with pytest.raises(ValidationError, match="Say why"):
        propose_version(document=pack_document(), reason="  ", by=Actor.of(cleo))

    assert not RulePackProposal.objects.exists()


def test_one_proposal_of_a_pack_waits_at_a_time(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)
    proposed(cleo)

    with pytest.raises(ValidationError, match="already waits"):
        proposed(dan, effective_from="2031-02-01")

    assert RulePackProposal.objects.count() == 1


def test_nobody_publishes_what_they_proposed_nor_without_the_right(cleo):
    install_pack(document=pack_document(), by=SYSTEM)
    proposal = proposed(cleo)
    agent = officer("Ana", Role.AGENT)

    for by in (Actor.of(cleo), Actor.of(agent), SYSTEM):
        with pytest.raises(PermissionDenied):
            publish_version(proposal=proposal, reason=WHY, by=by)
        with pytest.raises(PermissionDenied):
            refuse_version(proposal=proposal, reason=WHY, by=by)

    proposal.approval.refresh_from_db()
    assert proposal.approval.status == ApprovalStatus.PENDING
    assert RulePackVersion.objects.count() == 1


def test_publishing_needs_a_reason_and_happens_once(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)
    proposal = proposed(cleo)

    with pytest.raises(ValidationError, match="Say why"):
        publish_version(proposal=proposal, reason=" ", by=Actor.of(dan))
    assert RulePackVersion.objects.count() == 1

    publish_version(proposal=proposal, reason=WHY, by=Actor.of(dan))
    with pytest.raises(ValidationError, match="closed already"):
        publish_version(proposal=proposal, reason=WHY, by=Actor.of(dan))
    assert RulePackVersion.objects.count() == 2


def test_what_was_right_when_proposed_is_checked_again_when_published(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)
    with time_machine.travel("2026-05-11T12:00:00Z"):
        proposal = proposed(cleo, effective_from="2026-05-20")

    with time_machine.travel("2026-05-21T12:00:00Z"), pytest.raises(ValidationError):
        publish_version(proposal=proposal, reason=WHY, by=Actor.of(dan))

    proposal.approval.refresh_from_db()
    assert proposal.approval.status == ApprovalStatus.PENDING
    assert RulePackVersion.objects.count() == 1


def test_a_refusal_says_why_and_leaves_the_rules(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)
    proposal = proposed(cleo)

    with pytest.raises(ValidationError):
        refuse_version(proposal=proposal, reason="", by=Actor.of(dan))
    refuse_version(proposal=proposal, reason="The citation is of 2019.", by=Actor.of(dan))

    proposal.approval.refresh_from_db()
    assert proposal.approval.status == ApprovalStatus.REFUSED
    assert RulePackVersion.objects.count() == 1
    assert Notice.objects.get(user=cleo).key == "rulepack.refused"


def test_only_who_proposed_withdraws_and_then_another_can_be_proposed(cleo, dan):
    install_pack(document=pack_document(), by=SYSTEM)
    proposal = proposed(cleo)

    with pytest.raises(PermissionDenied):
        withdraw_proposal(proposal=proposal, by=Actor.of(dan))
    withdraw_proposal(proposal=proposal, by=Actor.of(cleo))

    assert proposed(dan).version == 2
    with pytest.raises(ValidationError):
        publish_version(proposal=proposal, reason=WHY, by=Actor.of(dan))


def test_a_proposal_is_never_edited(cleo):
    proposal = propose_version(document=pack_document(), reason=WHY, by=Actor.of(cleo))

    for change in (
        lambda: RulePackProposal.objects.update(document={}),
        lambda: RulePackProposal.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    proposal.refresh_from_db()
    assert proposal.document == read_document(pack_document()).as_json()


# --- which rules apply -------------------------------------------------------------------


def test_a_rule_binds_lender_and_agency_each_in_its_own_way():
    install_pack(document=pack_document(), by=SYSTEM)

    assert applied()[0]["T-HOURS"].binding == "policy"
    assert applied(organisation="NORTH")[0]["T-HOURS"].binding == "law"
    assert applied(organisation="NORTH")[0]["T-CAP"].binding == "policy"
    assert applied()[0]["T-CAP"].override == ("active_litigation",)


def test_a_local_pack_joins_in_where_the_person_is():
    install_pack(document=pack_document(), by=SYSTEM)
    local = pack_document(code="LOCAL", place="US-NY")
    for rule in local["rules"]:
        rule["code"] = rule["code"].replace("T-", "NY-")
    install_pack(document=local, by=SYSTEM)

    assert set(applied()[0]) == {"T-HOURS", "T-CAP"}
    assert set(applied(locations=["US-NJ", "US-NYX"])[0]) == {"T-HOURS", "T-CAP"}
    everywhere = {"T-HOURS", "T-CAP", "NY-HOURS", "NY-CAP"}
    assert set(applied(locations=["US-NJ", "US-NY-NYC"])[0]) == everywhere
    assert applied(locations=["US-NY"])[0]["NY-CAP"].pack == "LOCAL v1"


@pytest.mark.parametrize(
    ("location", "place", "is_within"),
    [
        ("US-NY-NYC", "US-NY-NYC", True),
        ("US-NY-NYC", "US-NY", True),
        ("US-NY", "US-NY-NYC", False),
        ("US-NYC", "US-NY", False),
        ("US", "US", True),
    ],
)
def test_a_place_holds_what_lies_in_it(location, place, is_within):
    assert lies_in(location, place) is is_within


def test_a_named_pack_without_a_version_in_force_is_missing_and_a_local_one_is_not():
    install_pack(document=pack_document(effective_from="2026-09-01"), by=SYSTEM)
    install_pack(
        document=pack_document(code="LOCAL", place="US-MA", effective_from="2026-09-01"), by=SYSTEM
    )

    assert applied(codes=("TEST", "NONE"), locations=["US-MA"]) == ({}, ("NONE", "TEST"))
    rules, missing = applied(day=date(2026, 9, 1), locations=["US-MA"])
    assert missing == ()
    assert {rule.pack for rule in rules.values()} <= {"TEST v1", "LOCAL v1"}


def test_every_day_has_its_version_in_one_query(django_assert_num_queries):
    install_pack(document=pack_document(), by=SYSTEM)
    install_pack(document=next_document(effective_from="2026-05-13"), by=SYSTEM)
    days = [date(2026, 5, 12), date(2026, 5, 13)]

    with django_assert_num_queries(1):
        found = rules_on(pack_codes=["TEST"], days=days)

    packs = [{rule.pack for rule in found[day].of(["TEST"])[0]} for day in days]
    assert packs == [{"TEST v1"}, {"TEST v2"}]


# --- differences -------------------------------------------------------------------------


def test_a_difference_names_what_comes_goes_and_changes_value_by_value():
    new = pack_document()
    hours, cap = new["rules"]
    cap["values"] |= {"limit": 6, "counted_channels": ["call"]}
    cap["citation"] = "New York City, 6 RCNY 5-77"
    new["rules"] = [cap, hours | {"code": "T-HOURS-NEW"}]

    found = difference(read_document(pack_document()), read_document(new))

    assert [rule.code for rule in found.added] == ["T-HOURS-NEW"]
    assert [rule.code for rule in found.removed] == ["T-HOURS"]
    (change,) = found.changed
    assert [(value.name, value.before, value.after) for value in change.values] == [
        ("limit", 7, 6),
        ("counted_channels", None, ["call"]),
    ]
    assert change.is_other_text
    assert not change.is_other_force
    assert found.count == 3


def test_the_same_document_differs_in_nothing_and_a_first_one_in_all():
    read = read_document(pack_document())

    assert difference(read, read).count == 0
    assert [rule.code for rule in difference(None, read).added] == ["T-HOURS", "T-CAP"]
