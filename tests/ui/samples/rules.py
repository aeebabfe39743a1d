"""Contexts of the rule packs' pages and of what-if, made from the documents of the product."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from compliance.rulepacks.differences import difference
from compliance.rulepacks.documents import PackDocument, read_document
from compliance.rulepacks.editions import Edition
from compliance.rulepacks.forms import DecisionForm, DocumentForm, VersionForm
from compliance.rulepacks.presentation import difference_lines, rule_line
from compliance.rulepacks.standard import standard_documents
from compliance.whatif.editions import Other
from compliance.whatif.forms import FindForm, QuestionForm
from compliance.whatif.presentation import answer_context
from tests.compliance.gate_facts import facts, past, standard_rules
from tests.ui.samples.marks import AT, tabs

_TABS = {"tabs": tabs((_("This week"), None), (_("Rule packs"), None), (_("What if"), None))}
_ON = date(2026, 1, 30)
_WHY = "The banking association changed its guide: at most five dials a day."
_LOAN, _PERSON, _PHONE = (str(UUID(int=number)) for number in (2, 1, 3))


def _document(code: str = "CN") -> PackDocument:
    return read_document(standard_documents()[code])


def _next() -> PackDocument:
    """The pack of China with one value, one text and one rule changed."""
    document = json.loads(json.dumps(standard_documents()["CN"]))
    for rule in document["rules"]:
        if rule["rule"] == "caps":
            rule["values"]["limit"] = 2
    document["rules"] = [*document["rules"][1:], document["rules"][0] | {"code": "CN-HOURS-3"}]
    return read_document(document | {"version": 3, "effective_from": "2027-01-01"})


def pack_list() -> dict[str, Any]:
    current = Row(version=2, effective_from=_ON)
    later = Row(version=3, effective_from=date(2027, 1, 1))
    waiting = Row(version=4, approval=Row(requested_by="王敏"))

    def line(code: str, **more: Any) -> Row:
        usual = {"place": "", "in_force": current, "next": None, "proposal": None}
        usual |= {"portfolios": (), "href": "#", "proposal_href": "#", "name": _document(code).name}
        return Row(code=code, **usual | more)

    return _TABS | {
        "new_href": "#",
        "packs": [
            line("CN", portfolios=("ht-auto",), next=later),
            line("US-REGF", portfolios=("us-auto", "lakeside"), proposal=waiting),
            line("US-MA", place="US-MA"),
            line("UK", in_force=None, portfolios=("uk-auto",)),
            line("IN", in_force=None),
        ],
    }


def _edition(**changes: Any) -> Row:
    usual = {
        "key": "2",
        "name": "version 2, from 2026-01-30",
        "effective_from": _ON,
        "is_in_force": True,
        "is_later": False,
        "is_proposed": False,
        "is_of_the_product": False,
        "proposed_by": "王敏",
        "published_by": "Cleo Marsh",
        "published_at": AT,
        "reason": _WHY,
        "href": "#",
        "proposal_href": "#",
        "document_href": "#",
    }
    return Row(**usual | changes)


def pack(**changes: Any) -> dict[str, Any]:
    document = _document()
    product = {"key": "product", "is_in_force": False, "is_of_the_product": True}
    context = _TABS | {
        "pack": Row(code="CN", name=document.name, place=""),
        "pack_name": document.name,
        "shown": _edition(),
        "rules": [rule_line(rule) for rule in document.rules],
        "editions": [
            _edition(**product, name=_("the product's own document"), published_by="", reason=""),
            _edition(key="3", is_in_force=False, is_proposed=True, published_by=""),
            _edition(),
            _edition(key="1", is_in_force=False, proposed_by="", published_by="System", reason=""),
        ],
        "portfolios": [Row(code="ht-auto", name="恒通汽车金融")],
        "difference_href": "#",
        "propose_href": "#",
        "document_href": "#",
        "back_href": "#",
    }
    return context | changes


def pack_later() -> dict[str, Any]:
    shown = _edition(key="3", is_in_force=False, is_later=True)
    return pack(shown=shown, propose_href="", document_href="", editions=[shown], portfolios=[])


def pack_difference() -> dict[str, Any]:
    return {
        "pack": Row(code="CN"),
        "back_href": "#",
        "choices": [("2", "version 2"), ("3", "version 3")],
        "old": {"key": "2", "name": "version 2"},
        "new": {"key": "3", "name": "version 3"},
        "difference": difference_lines(difference(_document(), _next())),
    }


def same() -> dict[str, Any]:
    found = difference_lines(difference(_document(), _document()))
    return pack_difference() | {"difference": found}


def _one_of_each_field(document: PackDocument) -> PackDocument:
    """The rules that bring a kind of field not seen before: a browser need not read thousands."""
    kept, seen = [], set()
    for rule in document.rules:
        form = VersionForm(None, base=replace(document, rules=(rule,)), version=3)
        kinds = {type(field) for field in form.fields.values()}
        if kinds - seen:
            kept.append(rule)
            seen |= kinds
    return replace(document, rules=tuple(kept))


def _version_form(**data: Any) -> VersionForm:
    base = _one_of_each_field(_document())
    form = VersionForm(None, base=base, version=3)
    if not data:
        return form
    typed = {field.html_name: field.value() for field in form if field.value() is not None}
    return VersionForm(typed | data, base=base, version=3)


def propose(form: VersionForm | None = None, **more: Any) -> dict[str, Any]:
    form = form or _version_form()
    return {
        "pack": Row(code="CN"),
        "form": form,
        "groups": [(group, rule_line(group.entry)) for group in form.groups()],
        "document_href": "#",
        "back_href": "#",
        **more,
    }


def propose_seen() -> dict[str, Any]:
    form = _version_form(effective_from="2027-01-01", reason=_WHY)
    return propose(form, seen="0" * 64, difference=pack_difference()["difference"])


def propose_refused() -> dict[str, Any]:
    return propose(_version_form(**{"0-citation": "", "effective_from": "soon"}))


def propose_document(*, is_refused: bool = False) -> dict[str, Any]:
    text = json.dumps(_document("IN").as_json(), ensure_ascii=False, indent=2)
    form = DocumentForm(
        {"text": "{", "reason": _WHY} if is_refused else None, initial={"text": text}
    )
    return {"pack": None, "form": form, "back_href": "#"}


def proposal(**changes: Any) -> dict[str, Any]:
    context: dict[str, Any] = {
        "proposal": Row(code="CN", version=3, reason=_WHY),
        "document": _next().as_json(),
        "approval": Row(
            get_status_display=_("Waiting for a second person"),
            requested_by="王敏",
            requested_at=AT,
            decided_by=None,
            closed_at=None,
            reason="",
        ),
        "state": "running",
        "before": Row(version=2),
        "problems": [],
        "rules": [rule_line(rule) for rule in _next().rules],
        "difference": pack_difference()["difference"],
        "form": DecisionForm(),
        "decide_href": "#",
        "withdraw_href": "",
        "document_href": "#",
        "pack_href": "#",
        "back_href": "#",
    }
    return context | changes


def proposal_own() -> dict[str, Any]:
    return proposal(decide_href="", withdraw_href="#", before=None)


def proposal_broken() -> dict[str, Any]:
    problems = ["CN-HOURS: opens must be a time of day such as 08:00."]
    return proposal(problems=problems, rules=[], difference=None, form=DecisionForm({"reason": ""}))


def _question(**data: Any) -> QuestionForm:
    people = [
        Row(party_id=_PERSON, get_role_display=lambda: _("borrower"), party=Row(full_name="张伟")),
    ]
    point = Row(pk=_PHONE, masked="138 **** 5678", invalid_since=None)
    other = Other("CN:3", "CN", Edition("3", _next(), version=Row()))  # type: ignore[arg-type]
    asked = {
        "loan": _LOAN,
        "person": _PERSON,
        "point": _PHONE,
        "channel": "call",
        "day": "2026-11-22",
        "time": "21:27",
        "zone": "America/New_York",
        "mode": "live",
        "purpose": "payment",
    }
    return QuestionForm(
        asked | data,
        people=people,  # type: ignore[arg-type]
        points=[point],  # type: ignore[list-item]
        loans=[Row(pk=UUID(int=9), contract_no="AF-2024-009876")],  # type: ignore[list-item]
        zones=["America/New_York", "America/Chicago"],
        others=[other],
    )


def what_if(at: str = "2026-11-22T21:27:00-05:00", **more: Any) -> dict[str, Any]:
    rules = (*standard_rules("US-REGF").values(), *standard_rules("US-TCPA").values())
    talks = [past(f"2026-11-{day}T12:00:00-05:00") for day in (19, 20)]
    seen = facts(
        at, rules=rules, zones=("America/New_York", "America/Chicago"), history=tuple(talks)
    )
    answer = answer_context(seen, zone="America/New_York", other=None)
    return _TABS | {
        "loan": Row(contract_no="US-00882"),
        "form": _question(),
        "find_href": "#",
        **answer,
        **more,
    }


def what_if_compared() -> dict[str, Any]:
    answer = what_if("2026-11-23T12:00:00-05:00")
    comparison = {
        "label": "US-REGF, version 3, proposed",
        "answer": what_if()["answer"],
        "is_same": False,
        "only_here": [],
        "only_there": ["REGF-HOURS"],
    }
    return answer | {"comparison": comparison}


def what_if_refused() -> dict[str, Any]:
    form = _question(day="tomorrow", people_count="-1")
    return _TABS | {"loan": Row(contract_no="US-00882"), "form": form, "find_href": "#"}


def what_if_found() -> dict[str, Any]:
    found = [("AF-2025-000123", "恒通汽车金融", "#"), ("AF-2025-000124", "恒通汽车金融", "#")]
    return _TABS | {"find_form": FindForm({"contract": "AF-2025"}), "found": found}


def what_if_nothing() -> dict[str, Any]:
    return _TABS | {"find_form": FindForm({"contract": "ZZ"}), "has_looked": True, "found": []}


_PACKS = "compliance/rulepacks/"
_ASK = "compliance/whatif/ask.html"
RULE_PAGES = {
    "rule-packs": (f"{_PACKS}pack_list.html", pack_list),
    "rule-packs-first": (f"{_PACKS}pack_list.html", lambda: pack_list() | {"packs": []}),
    "rule-pack": (f"{_PACKS}pack.html", pack),
    "rule-pack-later": (f"{_PACKS}pack.html", pack_later),
    "rule-pack-difference": (f"{_PACKS}pack_difference.html", pack_difference),
    "rule-pack-same": (f"{_PACKS}pack_difference.html", same),
    "rule-pack-propose": (f"{_PACKS}propose.html", propose),
    "rule-pack-propose-seen": (f"{_PACKS}propose.html", propose_seen),
    "rule-pack-propose-refused": (f"{_PACKS}propose.html", propose_refused),
    "rule-pack-document": (f"{_PACKS}propose_document.html", propose_document),
    "rule-pack-document-refused": (
        f"{_PACKS}propose_document.html",
        lambda: propose_document(is_refused=True),
    ),
    "rule-pack-proposal": (f"{_PACKS}proposal.html", proposal),
    "rule-pack-proposal-own": (f"{_PACKS}proposal.html", proposal_own),
    "rule-pack-proposal-broken": (f"{_PACKS}proposal.html", proposal_broken),
    "what-if": (_ASK, what_if),
    "what-if-compared": (_ASK, what_if_compared),
    "what-if-refused": (_ASK, what_if_refused),
    "what-if-first": (_ASK, lambda: _TABS | {"find_form": FindForm()}),
    "what-if-found": (_ASK, what_if_found),
    "what-if-nothing": (_ASK, what_if_nothing),
}
