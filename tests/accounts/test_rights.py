"""Who may do what: the whole table, written out a second time on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.access.decorators import (
    PUBLIC,
    declared_right,
    has_right,
    public,
    requires,
)
from accounts.access.rights import ALL_RIGHTS, RIGHTS, Role, rights_of
from accounts.access.urlconf import undeclared_views
from accounts.teams.models import Team
from accounts.users.models import User

# One column a role, in this order: x has the right, a dot lacks it.
ROLES = (
    Role.AGENT,
    Role.FIELD_AGENT,
    Role.LEGAL_OFFICER,
    Role.TEAM_LEAD,
    Role.MANAGER,
    Role.COMPLIANCE_OFFICER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.INTEGRATION,
)
TABLE = {
    "admin.view": "....xxxx.",
    "approval.decide": "...xxxx..",
    "approval.request": "xxxxxxx..",
    "audit.view": ".....xxx.",
    "callback.manage": "xxxxx...x",
    "case.assign": "...xx....",
    "case.close": "....x....",
    "case.view": "xxxxxxxxx",
    "case.view_all": "....xxxxx",
    "case.view_team": "..xxxxxx.",
    "case.work": "xxxxx....",
    "channel.manage": "....x.x..",
    "channel.view": "....xxxx.",
    "close.run": "....x.x..",
    "close.view": "...xxxxx.",
    "complaint.answer": "...xxx...",
    "complaint.decide": ".....x...",
    "complaint.record": "xxxxxx...",
    "complaint.view": "...xxxxx.",
    "compliance.view": "....xxxx.",
    "config.change": "......x..",
    "config.view": ".....xxx.",
    "consent.record": "xxxxxx...",
    "contact.dial": "........x",
    "contact.record": "xxxxx....",
    "contact.reserve": "........x",
    "contact.view": "xxxxxxxxx",
    "desk.view": "xxxxxxxx.",
    "document.make": "..x......",
    "dossier.make": "..x.xx...",
    "export.run": "....xx...",
    "floor.view": "...xx....",
    "hold.manage": "....xx...",
    "import.run": "....x.x.x",
    "import.view": "...xxxxxx",
    "inbox.view": "xxxxxxxx.",
    "incident.manage": "....xx...",
    "job.run": "......x..",
    "legal.view": "..xxxxxxx",
    "legal.work": "..x......",
    "letter.manage": "...xx....",
    "loan.adjust": "....x....",
    "loan.view": "xxxxxxxxx",
    "message.hold": "....xx...",
    "message.send": "xxxxx....",
    "message.settle": "...xx.x..",
    "message.view": "...xxxxx.",
    "note.add": "xxxxxx...",
    "notice.record": "..xxxx...",
    "override.decide": ".....x...",
    "party.correct": "xxxxx....",
    "party.reveal": "xxxxxx...",
    "party.view": "xxxxxxxx.",
    "plan.decide": "...xx....",
    "plan.propose": "xxxxx....",
    "plan.view": "xxxxxxxxx",
    "preferences.change": "xxxxxxxx.",
    "promise.add": "xxxxx....",
    "promise.cancel": "xxxxx....",
    "promise.decide": "...xx....",
    "promise.view": "xxxxxxxxx",
    "receipt.post": "........x",
    "repayment.post": "........x",
    "reply.handle": "xxxxx....",
    "report.view": "...xxxxx.",
    "rulepack.propose": ".....x...",
    "rulepack.publish": "....xx...",
    "rulepack.view": "....xxxx.",
    "shift.manage": "...xx.x..",
    "shift.view": "...xxxxx.",
    "stop.add": "xxxxxx...",
    "stop.lift": "...xxx...",
    "stop.lift_any": ".....x...",
    "stop.view": "...xxxxx.",
    "strategy.approve": "....xx...",
    "strategy.change": "....x.x..",
    "strategy.view": "....xxxx.",
    "target.set": "...xx....",
    "team.view": "...xxxxx.",
    "template.approve": ".....x...",
    "template.view": "...xxxxx.",
    "template.write": "....xx...",
    "token.manage": "......x..",
    "training.manage": "....xxx..",
    "user.manage": "......x..",
    "user.view": ".....xxx.",
    "vehicle.view": "xxxxxxxx.",
    "visit.record": ".x.......",
    "waiver.decide": "....x....",
    "whatif.view": "....xxxx.",
    "worklist.claim": "xx.xx....",
    "worklist.lead": "...xx....",
}


def test_the_table_of_rights_is_as_agreed() -> None:
    actual = {
        right: "".join("x" if right in RIGHTS[role] else "." for role in ROLES)
        for right in sorted(ALL_RIGHTS)
    }

    assert actual == TABLE, "A right was given or taken. If that is meant, change the table here."


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_exactly_its_rights(appoint: Callable[..., User], role: Role) -> None:
    user = appoint(role, f"Someone {role.value}")

    granted = {right for right in ALL_RIGHTS if has_right(user, right)}

    assert granted == {right for right, row in TABLE.items() if row[ROLES.index(role)] == "x"}


def test_the_auditor_writes_nothing() -> None:
    verbs = {right.rpartition(".")[2] for right in RIGHTS[Role.AUDITOR]}

    assert verbs <= {"view", "view_team", "view_all", "change"}
    assert {r for r in RIGHTS[Role.AUDITOR] if r.endswith(".change")} == {"preferences.change"}


def test_an_unknown_role_has_no_right() -> None:
    assert rights_of("director") == frozenset()


def test_the_deactivated_and_strangers_have_no_right(ana: User) -> None:
    ana.is_active = False

    assert not has_right(ana, "case.work")
    assert not has_right(AnonymousUser(), "case.work")


def test_a_token_narrows_the_role(appoint: Callable[..., User]) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    machine.token_scopes = frozenset({"loan.view"})

    assert has_right(machine, "loan.view")
    assert not has_right(machine, "import.run")


def test_a_view_answers_only_those_with_the_right(ana: User, ben: User) -> None:
    @requires("case.assign")
    def assign(request: HttpRequest) -> HttpResponse:
        return HttpResponse("assigned")

    request = RequestFactory().get("/")
    request.user = ben
    assert assign(request).content == b"assigned"

    request.user = ana
    with pytest.raises(PermissionDenied, match=r"case\.assign"):
        assign(request)
    assert declared_right(assign) == "case.assign"


def test_a_misspelt_right_fails_at_once() -> None:
    with pytest.raises(ValueError, match=r"rights\.py"):
        requires("case.wrok")


def test_a_public_view_says_so() -> None:
    @public
    def welcome(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert declared_right(welcome) == PUBLIC
    assert welcome.login_required is False


def test_every_account_and_admin_address_declares_its_right() -> None:
    forgotten = [line for line in undeclared_views() if line.startswith(("account/", "admin/"))]

    assert forgotten == []


def test_a_planted_view_without_right_is_found() -> None:
    from django.urls import path
    from django.urls.resolvers import RegexPattern, URLResolver

    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    resolver = URLResolver(RegexPattern(""), [path("planted/", forgotten)])

    assert [line.split(" ")[0] for line in undeclared_views(resolver)] == ["planted/"]


def test_people_see_themselves_leads_their_team_overseers_all(
    appoint: Callable[..., User], ana: User, ben: User, ada: User, team: Team
) -> None:
    cleo = appoint(Role.AGENT, "Cleo Park")
    auditor = appoint(Role.AUDITOR, "Otto Lang")

    assert set(User.objects.visible_to(ana)) == {ana}
    assert set(User.objects.visible_to(ben)) == {ana, ben}
    assert set(User.objects.visible_to(auditor)) == {ana, ben, ada, cleo, auditor}
    assert set(Team.objects.visible_to(cleo)) == set()
    assert set(Team.objects.visible_to(ana)) == {team}
    ana.is_active = False
    assert set(User.objects.visible_to(ana)) == set()
