"""Contexts of the compliance officer's pages, drawn by the pages' own functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from collections_app.desk.override_form import AskOverrideForm
from compliance.oversight.cells import Cell, Line, ListRow
from compliance.oversight.forms import (
    ConcludeForm,
    DecideForm,
    HandOverForm,
    IncidentFilterForm,
    PortfolioForm,
    StopFilterForm,
    WeekForm,
)
from compliance.oversight.measures import MEASURES
from compliance.oversight.reasons import Reason
from compliance.oversight.tiles import contact_tiles, people_tiles
from compliance.oversight.verdict_page import Seen, Used
from compliance.oversight.week_filter import WeekFilter
from compliance.oversight.weeks import week_named
from compliance.rulepacks.grounds import GROUNDS
from compliance.stops.models import StopKind
from core.pages.parts import Tab
from tests.ui.samples.desk import case_not_now
from tests.ui.samples.marks import AT

_WEEK = WeekFilter(week=week_named("2026-W48"), portfolios=())
_CHINESE = Cell("张*", href="#", lang="zh-Hans", is_masked=True)
_AMERICAN = Cell("M*** O***", href="#", is_masked=True)
_BOOKS = Cell("南方汽车金融 2026", lang="zh-Hans")


def _frame(current: str) -> dict[str, Any]:
    names = (
        _("This week"),
        pgettext("made to people", "Contacts"),
        _("Incidents"),
        _("Overrides"),
        _("Complaints"),
        _("People under a stop"),
        _("Portfolios on hold"),
        _("Rule packs"),
        _("What if"),
    )
    return {"compliance_tabs": [Tab(name, "#", name == current) for name in names]}


def _week_form() -> WeekForm:
    user: Any = Row(time_zone="Asia/Shanghai")
    form = WeekForm({}, portfolios=[], user=user)
    form.is_valid()
    return form


def _links() -> dict[str, Any]:
    return {
        "filter_form": _week_form(),
        "week": _("Week %(number)d: %(first)s to %(last)s")
        % {"number": 48, "first": "23 Nov", "last": "29 Nov 2026"},
        "before_href": "?week=2026-W47",
        "after_href": "?week=2026-W49",
    }


def week() -> dict[str, Any]:
    """A busy week with everything in it."""
    now = dict.fromkeys(MEASURES, 3) | {"made": 12_480, "refused": 941, "near_limit": 212}
    before = dict.fromkeys(MEASURES, 4) | {"made": 11_902, "refused": 880, "near_limit": 190}
    rules = (
        ("REGF-7IN7", 402, "At most 7 in 7 calendar days, for each person and debt"),
        ("CN-HOURS-22-8", 311, _("Not while a complaint is open")),
        ("STOP", 140, _("A stop holds though no pack in force speaks of it")),
        ("OLD-RULE", 61, "OLD-RULE"),
    )
    return {
        **_frame(_("This week")),
        **_links(),
        "has_portfolios": True,
        "contact_tiles": contact_tiles(now, before, _WEEK, AT - timedelta(days=6)),
        "people_tiles": people_tiles(now, before, _WEEK),
        "rules": [
            {
                "code": code,
                "name": name,
                "number": f"{n:,}",
                "share": n * 100 // 402,
                "href": "#",
            }
            for code, n, name in rules
        ],
    }


def _rows(headings: list[str], *rows: tuple[Cell, ...]) -> dict[str, Any]:
    return {
        "headings": headings,
        "rows": [ListRow(tuple(zip(headings, cells, strict=True))) for cells in rows],
        "shown": _("%(n)s rows on this page") % {"n": len(rows)},
        "first_href": "#",
        "next_href": "#",
    }


def contacts() -> dict[str, Any]:
    """Refused contacts with one reason and with two."""
    headings = [
        _("Asked"),
        _("Person"),
        _("Contract"),
        _("Channel"),
        _("Portfolio"),
        _("Asked by"),
        _("Why it was refused"),
        _("Next allowed"),
    ]
    first = Line(
        _("Outside calling hours, %(opens)s to %(closes)s where the person is")
        % {"opens": "08:00", "closes": "21:00"},
        "REGF-HOURS · 12 CFR 1006.6(b)(1)(i) · US-REGF v3",
    )
    second = Line(_("A dispute is open"), "REGF-DISPUTE · 12 CFR 1006.38(d)(2) · US-REGF v3")
    measure = MEASURES["refused"]
    return {
        **_frame(pgettext("made to people", "Contacts")),
        **_links(),
        **_rows(
            headings,
            (
                Cell(at=AT, href="#"),
                _CHINESE,
                Cell("CN-2024-008812", href="#"),
                Cell(_("call")),
                _BOOKS,
                Cell("林娜", lang="zh-Hans"),
                Cell(lines=(first, second)),
                Cell(),
            ),
            (
                Cell(at=AT, href="#"),
                _AMERICAN,
                Cell("LA-20391", href="#"),
                Cell(_("visit")),
                Cell("Lakeside Auto"),
                Cell("Ana Delgado"),
                Cell(lines=(first,)),
                Cell(at=AT + timedelta(hours=9)),
            ),
        ),
        "heading": measure.title,
        "formula": measure.formula,
        "total": "941",
        "lists": [
            Tab(MEASURES[code].title, "#", at == 0, n)
            for at, (code, n) in enumerate(
                (("refused", 941), ("overridden", 3), ("unsanctioned", 3))
            )
        ],
        "rule": "REGF-HOURS",
        "without_rule_href": "#",
        "show": "refused",
        "export_href": "#",
        "most_rows": "100,000",
    }


def no_rows() -> dict[str, Any]:
    return contacts() | {"rows": [], "lists": [], "back_href": "#", "export_href": ""}


def _reasons() -> list[Reason]:
    return [
        Reason(
            "REGF-7IN7",
            _("A dispute is open"),
            "12 CFR 1006.14(b)(2)(i)(A)",
            "US-REGF v3",
            "policy",
            True,
            AT + timedelta(days=2),
            "",
            ("active_litigation",),
        ),
        Reason(
            "REGF-CEASE",
            _("The person asked us to stop"),
            "12 CFR 1006.6(c)",
            "US-REGF v3",
            "policy",
            True,
            None,
            _("opens when the stop is lifted"),
            (),
        ),
    ]


def _used() -> list[Used]:
    return [Used("REGF-7IN7", 7, 7, 7, "12 CFR 1006.14(b)(2)", "US-REGF v3", AT)]


def _asked() -> list[Seen]:
    return [
        Seen(_("Channel"), _("call")),
        Seen(_("Purpose"), _("payment")),
        Seen(_("Number or address"), "+1212****0142"),
        Seen(_("Time where the person is"), "10:27"),
    ]


def verdict() -> dict[str, Any]:
    """A refused call with two reasons, of which one leaves only when a stop is lifted."""
    return {
        **_frame(pgettext("made to people", "Contacts")),
        "verdict": Row(
            at=AT,
            is_allowed=False,
            next_allowed_at=None,
            asked_by="Ana Delgado",
            rule_packs=["US-REGF v3", "US-MA v1"],
            get_channel_display=_("call"),
        ),
        "person": _AMERICAN,
        "contracts": Cell("LA-20391", href="#"),
        "portfolio": Cell("Lakeside Auto"),
        "asked": _asked(),
        "reasons": _reasons(),
        "used": _used(),
        "seen": [
            Seen(_("Role"), _("Borrower")),
            Seen(_("Time zones possible"), "America/New_York, America/Denver"),
            Seen(_("Stop"), _("dispute open"), is_alarming=True),
        ],
        "raw": '{\n  "role": "borrower",\n  "history_known": true\n}',
        "attempt": None,
        "outcomes": [],
        "override": {"text": _("An override was asked for"), "href": "#"},
        "list_href": "#",
    }


def verdict_passed() -> dict[str, Any]:
    """An allowed call that ended, and was corrected."""
    booked = Row(at=AT, made_by="Ana Delgado")
    outcome = {"at": AT, "by": Cell("Ana Delgado")}
    return verdict() | {
        "verdict": Row(**vars(verdict()["verdict"]) | {"is_allowed": True}),
        "reasons": [],
        "used": [],
        "attempt": booked,
        "outcomes": [
            outcome | {"name": _("rang, no answer"), "is_corrected": True},
            outcome | {"name": _("busy"), "is_corrected": False},
        ],
        "override": None,
    }


def incidents() -> dict[str, Any]:
    """One without an owner, one with."""
    form = IncidentFilterForm({}, portfolios=[])
    form.is_valid()
    headings = [_("Opened"), _("Person"), _("What was said about it"), _("Owner"), _("State")]
    return {
        **_frame(_("Incidents")),
        **_rows(
            headings,
            (
                Cell(at=AT, href="#"),
                _CHINESE,
                Cell("用本人手机回拨", lang="zh-Hans"),
                Cell(_("nobody"), mark="waiting"),
                Cell(_("open for %(age)s") % {"age": "6 days"}, mark="running"),
            ),
            (
                Cell(at=AT, href="#"),
                _AMERICAN,
                Cell("Rang back from my own mobile"),
                Cell("Cleo Marchetti"),
                Cell(_("open for %(age)s") % {"age": "2 days"}, mark="running"),
            ),
        ),
        "lists": [Tab(_("Open"), "#", True, 2), Tab(_("Concluded"), "#", False, 14)],
        "filter_form": form,
        "list_href": "#",
    }


def incident(**more: Any) -> dict[str, Any]:
    """An open incident that its reader may take."""
    return {
        **_frame(_("Incidents")),
        "incident": Row(pk="1", closed_at=None, opened_at=AT),
        "age": "6 days",
        "person": _CHINESE,
        "contracts": Cell("CN-2024-008812", href="#"),
        "portfolio": _BOOKS,
        "channel": _("call"),
        "made_at": AT,
        "made_by": Cell("林娜", lang="zh-Hans"),
        "recorded_at": AT,
        "outcome": _("rang, no answer"),
        "said": Cell("用本人手机回拨", lang="zh-Hans"),
        "owner": Cell(),
        "conclusion": Cell(),
        "closed_by": Cell(),
        "list_href": "#",
        "may_manage": True,
        "may_take": True,
        "me": "1",
        "take_href": "#",
        "conclude_href": "#",
        "hand_form": HandOverForm(people=User.objects.none()),
        "conclude_form": ConcludeForm.fresh(),
        **more,
    }


def incident_refused() -> dict[str, Any]:
    return incident(conclude_form=ConcludeForm({"conclusion": "", "token": "1"}))


def incident_concluded() -> dict[str, Any]:
    return incident(
        incident=Row(pk="1", closed_at=AT, opened_at=AT),
        conclusion=Cell("已与坐席面谈，改用系统外呼。", lang="zh-Hans"),
        closed_by=Cell("Cleo Marchetti"),
        owner=Cell("Cleo Marchetti"),
        may_manage=False,
        may_take=False,
    )


def overrides() -> dict[str, Any]:
    """One that waits."""
    form = PortfolioForm({}, portfolios=[])
    form.is_valid()
    headings = [_("Asked"), _("Person"), _("Rules"), _("Ground and reason"), _("State")]
    ground = Line(
        _("a lawsuit between the parties needs it"), "The hearing is on Thursday in El Paso."
    )
    return {
        **_frame(_("Overrides")),
        **_rows(
            headings,
            (
                Cell(at=AT, href="#"),
                _AMERICAN,
                Cell("REGF-7IN7"),
                Cell(lines=(ground,)),
                Cell(_("waiting"), mark="waiting"),
            ),
        ),
        "lists": [
            Tab(_("Waiting"), "#", True, 1),
            Tab(_("Granted, not used"), "#", False, 0),
            Tab(_("Used"), "#", False, 4),
            Tab(_("Refused or lapsed"), "#", False, 2),
        ],
        "filter_form": form,
        "show": "waiting",
        "list_href": "#",
    }


def override(**more: Any) -> dict[str, Any]:
    """The brief, and the form of who decides."""
    return {
        **_frame(_("Overrides")),
        "override": Row(get_channel_display=_("call"), valid_until=None),
        "state": Cell(_("waiting"), mark="waiting"),
        "is_waiting": True,
        "is_own": False,
        "may_decide_others": True,
        "person": _AMERICAN,
        "contracts": Cell("LA-20391", href="#"),
        "portfolio": Cell("Lakeside Auto"),
        "asked": _asked(),
        "asker": Cell("Ana Delgado"),
        "asked_at": AT,
        "lapses_at": AT + timedelta(days=1),
        "ground": _("a lawsuit between the parties needs it"),
        "reason": Cell("The hearing is on Thursday; her lawyer asked for a call before."),
        "reasons": _reasons(),
        "used": _used(),
        "verdict_href": "#",
        "list_href": "#",
        "decide_href": "#",
        "form": DecideForm.fresh(),
        **more,
    }


def override_refused() -> dict[str, Any]:
    return override(form=DecideForm({"decision": "grant", "reason": "", "token": "1"}))


def override_used() -> dict[str, Any]:
    return override(
        form=None,
        is_waiting=False,
        state=Cell(_("used"), mark="done"),
        override=Row(get_channel_display=_("call"), valid_until=AT),
        decider=Cell("Cleo Marchetti"),
        decided_at=AT,
        decision=Cell("The court's letter is on file."),
        attempt_href="#",
        attempt_at=AT,
    )


def override_own() -> dict[str, Any]:
    return override(form=None, is_own=True)


def stops(**more: Any) -> dict[str, Any]:
    """A person, a loan and a whole portfolio under a stop."""
    form = StopFilterForm({}, portfolios=[])
    form.is_valid()
    headings = [
        _("Stop"),
        _("Person"),
        _("Contract"),
        _("Channel"),
        _("From"),
        _("Until"),
        _("Source"),
        _("Set by"),
    ]
    since = Cell(at=datetime(2026, 11, 14, 1, 0, tzinfo=UTC))
    return {
        **_frame(_("People under a stop")),
        **_rows(
            headings,
            (
                Cell(_("dispute open")),
                _CHINESE,
                Cell("CN-2024-008812", href="#"),
                Cell(_("every one")),
                since,
                Cell(_("it is lifted")),
                Cell("来电", lang="zh-Hans"),
                Cell("陈伟", lang="zh-Hans"),
            ),
            (
                Cell(_("on hold")),
                Cell("Lakeside Auto"),
                Cell(_("all of the portfolio")),
                Cell(_("visit")),
                since,
                Cell(on=date(2026, 12, 1)),
                Cell("flood in the county"),
                Cell("Cleo Marchetti"),
            ),
        ),
        "lists": [Tab(_("In force"), "#", True), Tab(_("Ended lately"), "#", False)],
        "kinds": [
            Tab(_("All"), "#", True, 97),
            *(Tab(kind.label, "#", False, 30 - at) for at, kind in enumerate(list(StopKind)[:8])),
        ],
        "filter_form": form,
        "list_href": "#",
        **more,
    }


def ask_override(data: dict[str, str] | None = None) -> dict[str, Any]:
    """The agent's request, and what comes of one without a reason."""
    return {
        "case_href": "/cases/",
        "contract_no": "LA-20391",
        "borrower": {"name": "M*** O***", "lang": ""},
        "masked": "+1212****0142",
        "reasons": [
            {
                "code": "REGF-7IN7",
                "sentence": _("Limit used up: %(used)s of %(limit)s in %(days)s days")
                % {"used": 7, "limit": 7, "days": 7},
                "citation": "12 CFR 1006.14(b)(2)(i)(A)",
            }
        ],
        "form": AskOverrideForm(data, grounds=list(GROUNDS)),
    }


OVERSIGHT_PAGES: dict[str, tuple[str, Any]] = {
    "ask-override": ("collections_app/desk/ask_override.html", ask_override),
    "ask-override-refused": (
        "collections_app/desk/ask_override.html",
        lambda: ask_override({"ground": "active_litigation", "reason": ""}),
    ),
    "case-override": (
        "collections_app/desk/case.html",
        lambda: case_not_now() | {"override": {"ask_href": "#"}},
    ),
    "case-override-granted": (
        "collections_app/desk/case.html",
        lambda: (
            case_not_now()
            | {
                "override": {
                    "start_href": "#",
                    "masked": "+1212****0142",
                    "by": "Cleo Marchetti",
                    "until": "24:00",
                }
            }
        ),
    ),
    "compliance-week": ("compliance/oversight/week.html", week),
    "compliance-week-first": (
        "compliance/oversight/week.html",
        lambda: week() | {"has_portfolios": False},
    ),
    "compliance-week-quiet": ("compliance/oversight/week.html", lambda: week() | {"rules": []}),
    "compliance-contacts": ("compliance/oversight/rows.html", contacts),
    "compliance-rows-none": ("compliance/oversight/rows.html", no_rows),
    "compliance-rows-refused": (
        "compliance/oversight/rows.html",
        lambda: no_rows() | {"refusal": "These are 120,411 rows; a file holds 100,000."},
    ),
    "compliance-verdict": ("compliance/oversight/verdict.html", verdict),
    "compliance-verdict-passed": ("compliance/oversight/verdict.html", verdict_passed),
    "incidents": ("compliance/oversight/incidents.html", incidents),
    "incidents-none": (
        "compliance/oversight/incidents.html",
        lambda: incidents() | {"rows": []},
    ),
    "incident": ("compliance/oversight/incident.html", incident),
    "incident-refused": ("compliance/oversight/incident.html", incident_refused),
    "incident-concluded": ("compliance/oversight/incident.html", incident_concluded),
    "overrides": ("compliance/oversight/overrides.html", overrides),
    "overrides-none": ("compliance/oversight/overrides.html", lambda: overrides() | {"rows": []}),
    "override": ("compliance/oversight/override.html", override),
    "override-refused": ("compliance/oversight/override.html", override_refused),
    "override-used": ("compliance/oversight/override.html", override_used),
    "override-own": ("compliance/oversight/override.html", override_own),
    "stops": ("compliance/oversight/stops.html", stops),
    "stops-filtered": (
        "compliance/oversight/stops.html",
        lambda: stops(rows=[], is_filtered=True),
    ),
    "stops-none": ("compliance/oversight/stops.html", lambda: stops(rows=[], kinds=[])),
}
