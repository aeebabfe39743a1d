"""One filled context for every page of the frame, as docs/pages.md describes it."""

from __future__ import annotations

from typing import Any

from config.components import context as components
from tests.ui.samples import assignment, people, reports
from tests.ui.samples.callbacks import CALLBACK_PAGES
from tests.ui.samples.claiming import CLAIMING_PAGES, lease_elsewhere
from tests.ui.samples.closes import close_list, close_run
from tests.ui.samples.desk import (
    case,
    case_dialled,
    case_next,
    case_not_now,
    case_revealed,
    message,
    timeline,
)
from tests.ui.samples.desk_forms import UnstartedLogForm
from tests.ui.samples.dialling import DIALLING_PAGES
from tests.ui.samples.dossiers import DOSSIER_PAGES
from tests.ui.samples.entrance import LoginForm
from tests.ui.samples.floor import FLOOR_PAGES
from tests.ui.samples.imports import import_detail, import_list
from tests.ui.samples.inbound import INBOUND_PAGES
from tests.ui.samples.legal import LEGAL_PAGES
from tests.ui.samples.marks import USER
from tests.ui.samples.messages import MESSAGE_PAGES
from tests.ui.samples.notes import NOTE_PAGES
from tests.ui.samples.oversight import OVERSIGHT_PAGES
from tests.ui.samples.plans import PLAN_PAGES
from tests.ui.samples.promises import PROMISE_PAGES
from tests.ui.samples.queue import my_cases, my_cases_done, my_cases_of_a_lead
from tests.ui.samples.registers import REGISTER_PAGES
from tests.ui.samples.relationship import HEAT_PAGES
from tests.ui.samples.reminders import REMINDER_PAGES
from tests.ui.samples.rules import RULE_PAGES
from tests.ui.samples.search import AsOf, loan, search
from tests.ui.samples.staff import STAFF_PAGES

__all__ = ["PAGES", "USER"]

PAGES: dict[str, tuple[str, Any]] = {
    "components": ("ui/components.html", components),
    "my-cases": ("collections_app/desk/my_cases.html", my_cases),
    "my-cases-first": ("collections_app/desk/my_cases.html", lambda: my_cases() | {"rows": []}),
    "my-cases-filtered": (
        "collections_app/desk/my_cases.html",
        lambda: my_cases() | {"rows": [], "is_filtered": True},
    ),
    "my-cases-lead": ("collections_app/desk/my_cases.html", my_cases_of_a_lead),
    "my-cases-done": ("collections_app/desk/my_cases.html", my_cases_done),
    "case": ("collections_app/desk/case.html", case),
    "case-dialled": ("collections_app/desk/case.html", case_dialled),
    "case-message": ("collections_app/desk/message.html", message),
    "case-message-refused": (
        "collections_app/desk/message.html",
        lambda: message() | {"message_refusal": "Send no SMS: a dispute is open"},
    ),
    "case-message-none": (
        "collections_app/desk/message.html",
        lambda: message() | {"message_wordings": False},
    ),
    "case-timeline": ("collections_app/desk/timeline.html", timeline),
    "case-timeline-empty": (
        "collections_app/desk/timeline.html",
        lambda: timeline() | {"timeline": [], "timeline_more_href": ""},
    ),
    "case-elsewhere": ("collections_app/desk/case.html", lambda: case() | lease_elsewhere()),
    "case-next": ("collections_app/desk/case.html", case_next),
    "case-revealed": ("collections_app/desk/case.html", case_revealed),
    "case-not-now": ("collections_app/desk/case.html", case_not_now),
    "case-refused": (
        "collections_app/desk/case.html",
        lambda: case(form=UnstartedLogForm({"token": "1", "next_on": "x", "how": "we_called"})),
    ),
    "search": ("collections_app/desk/search.html", search),
    "search-first": ("collections_app/desk/search.html", dict),
    "search-nothing": ("collections_app/desk/search.html", lambda: {"search_text": "AF-999"}),
    "search-too-short": (
        "collections_app/desk/search.html",
        lambda: {"search_text": "a", "is_too_short": True},
    ),
    "search-too-often": (
        "collections_app/desk/search.html",
        lambda: {
            "search_text": "5678",
            "refusal": "You have searched by four digits very often in the last hour.",
        },
    ),
    "loan": ("loans/contracts/loan.html", loan),
    "loan-refused": ("loans/contracts/loan.html", lambda: loan(form=AsOf({"as_of": "x"}))),
    "loan-empty": (
        "loans/contracts/loan.html",
        lambda: (
            loan()
            | {"position": None, "instalments": [], "repayments": [], "stays": [], "vehicles": []}
        ),
    ),
    "close-list": ("collections_app/close/close_list.html", close_list),
    "close-run": ("collections_app/close/close_run.html", close_run),
    "import-list": ("loans/imports/import_list.html", import_list),
    "import-detail": ("loans/imports/import_detail.html", import_detail),
    "sign-in": ("account/login.html", lambda: {"form": LoginForm()}),
    "assignment-board": ("collections_app/cases/board.html", assignment.board),
    "assignment-first": ("collections_app/cases/board.html", lambda: {"as_of": None}),
    "move-preview": ("collections_app/cases/move_preview.html", assignment.preview),
    "move-changed": ("collections_app/cases/move_preview.html", assignment.preview_refused),
    "move-nobody": ("collections_app/cases/move_preview.html", assignment.preview_nobody),
    "move": ("collections_app/cases/move.html", assignment.move),
    "people": ("accounts/people/users.html", people.users),
    "people-filtered": (
        "accounts/people/users.html",
        lambda: people.users(rows=[], is_filtered=True),
    ),
    "person": ("accounts/people/user.html", people.user),
    "person-refused": ("accounts/people/user.html", people.user_refused),
    "person-new": ("accounts/people/new_user.html", people.new_user),
    "teams": ("accounts/people/teams.html", people.teams),
    "teams-first": ("accounts/people/teams.html", lambda: people.teams(rows=[])),
    "team": ("accounts/people/team.html", people.team),
    "shifts": ("accounts/people/shifts.html", people.shifts),
    "shifts-first": (
        "accounts/people/shifts.html",
        lambda: people.shifts(rows=[], team=None, teams=[]),
    ),
    "week": ("accounts/people/week.html", people.week),
    "dashboard": ("reporting/dashboard.html", reports.dashboard),
    "dashboard-refused": ("reporting/dashboard.html", reports.refused_dates),
    "dashboard-first": (
        "reporting/dashboard.html",
        lambda: reports.first_use(has_portfolios=True),
    ),
    "dashboard-ungranted": (
        "reporting/dashboard.html",
        lambda: reports.first_use(has_portfolios=False),
    ),
    "report-rows": ("reporting/rows.html", reports.rows),
    "report-rows-roll": ("reporting/rows.html", lambda: reports.rows("roll")),
    "report-rows-empty": ("reporting/rows.html", lambda: reports.rows("book") | {"rows": []}),
    "report-rows-refused": ("reporting/rows.html", reports.rows_refused),
    "report-exceptions": ("reporting/exceptions.html", reports.exceptions),
    "report-exceptions-none": (
        "reporting/exceptions.html",
        lambda: reports.exceptions() | {"rows": []},
    ),
    **CLAIMING_PAGES,
    **OVERSIGHT_PAGES,
    **STAFF_PAGES,
    **RULE_PAGES,
    **REGISTER_PAGES,
    **MESSAGE_PAGES,
    **REMINDER_PAGES,
    **PLAN_PAGES,
    **PROMISE_PAGES,
    "403": ("403.html", dict),
    "404": ("404.html", dict),
    "500": ("500.html", dict),
    **CALLBACK_PAGES,
    **LEGAL_PAGES,
    **DIALLING_PAGES,
    **INBOUND_PAGES,
    **FLOOR_PAGES,
    **NOTE_PAGES,
    **DOSSIER_PAGES,
    **HEAT_PAGES,
}
