"""From an empty system to a first closed day: the steps, each judged by what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.rights import Role
from accounts.models import Team, User
from collections_app.cases.models import Case
from collections_app.close.models import CloseRun, CloseState
from compliance.rulepacks.models import RulePack
from core.audit.models import AuditEntry
from core.calendars.models import HolidayCalendar
from loans.imports.models import ImportBatch, ImportState
from loans.portfolios.models import BucketScheme, Portfolio, PortfolioGrant, Product

#: What the trail calls a verification without a difference, and the wish to see this no more.
VERIFIED: Final = "positions.verify"
HIDDEN: Final = "setup.hide"


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """What is there already, read once."""

    has_team: bool
    has_agents: bool
    has_second_factor: bool
    has_calendar: bool
    has_scheme: bool
    portfolio: Portfolio | None
    has_product: bool
    has_grant: bool
    has_packs: bool
    has_rule_pack: bool
    has_parties: bool
    has_loans: bool
    has_verified: bool
    has_closed: bool
    has_dealt: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, why, where, and how its being done is told.

    `action` is posted to where `href` is empty; `needs` names the steps before it.
    """

    code: str
    title: str | Promise
    why: str | Promise
    is_done: Callable[[SetupFacts], bool]
    href: Callable[[SetupFacts], str]
    button: str | Promise
    needs: tuple[str, ...] = ()
    is_posted: bool = False


def read_facts(user: User) -> SetupFacts:
    """Reads what is there, on behalf of an administrator; a fixed number of small queries."""
    portfolio = Portfolio.objects.visible_to(user).filter(is_active=True).order_by("pk").first()
    loaded = set(
        ImportBatch.objects.visible_to(user)
        .filter(state=ImportState.LOADED, kind__in=["parties", "loans", "abs_ee"])
        .order_by()
        .values_list("kind", flat=True)
        .distinct()
    )
    agents = User.objects.filter(is_active=True, team__isnull=False)
    return SetupFacts(
        has_team=Team.objects.filter(is_active=True).exists(),
        has_agents=agents.filter(role__in=[Role.AGENT, Role.TEAM_LEAD]).exists(),
        has_second_factor=Authenticator.objects.filter(user=user).exists(),
        has_calendar=HolidayCalendar.objects.exclude(filled_years=[]).exists(),
        has_scheme=BucketScheme.objects.exists(),
        portfolio=portfolio,
        has_product=Product.objects.visible_to(user).filter(portfolio=portfolio).exists(),
        has_grant=PortfolioGrant.objects.visible_to(user).filter(portfolio=portfolio).exists(),
        has_packs=RulePack.objects.exists(),
        has_rule_pack=bool(portfolio and portfolio.rule_packs),
        has_parties=bool(loaded & {"parties", "abs_ee"}),
        has_loans=bool(loaded & {"loans", "abs_ee"}),
        has_verified=AuditEntry.objects.filter(action=VERIFIED).exists(),
        has_closed=CloseRun.objects.visible_to(user).filter(state=CloseState.DONE).exists(),
        has_dealt=Case.objects.visible_to(user).filter(assignee__isnull=False).exists(),
    )


def _to(name: str) -> Callable[[SetupFacts], str]:
    return lambda facts: reverse(name)


def _at_portfolio(name: str, fragment: str = "") -> Callable[[SetupFacts], str]:
    def address(facts: SetupFacts) -> str:
        if facts.portfolio is None:
            return reverse("portfolios:new")
        return reverse(name, args=[facts.portfolio.code]) + fragment

    return address


def _upload(kind: str) -> Callable[[SetupFacts], str]:
    return lambda facts: f"{reverse('imports:upload')}?kind={kind}"


STEPS: Final = (
    Step(
        "team",
        _("Found a team"),
        _("Portfolios are granted to teams, and cases are dealt to their agents."),
        lambda facts: facts.has_team,
        _to("people:new_team"),
        _("Found a team"),
    ),
    Step(
        "people",
        _("Add people"),
        _("At least one agent or lead in a team, or nobody can be given a case."),
        lambda facts: facts.has_agents,
        _to("people:new"),
        _("Add a person"),
        needs=("team",),
    ),
    Step(
        "second_factor",
        _("Protect your own sign-in"),
        _("An administrator can see everything: a password alone is too little."),
        lambda facts: facts.has_second_factor,
        _to("mfa_index"),
        _("Set up a second factor"),
    ),
    Step(
        "calendar",
        _("Fill the holiday calendars"),
        _("Due days and calling hours go by working days, 调休 included."),
        lambda facts: facts.has_calendar,
        _to("setup:calendars"),
        _("Fill the standard calendars"),
        is_posted=True,
    ),
    Step(
        "rule_packs",
        _("Install the rule packs"),
        _("They say when people may be contacted. Without one, nobody may."),
        lambda facts: facts.has_packs,
        _to("setup:rule_packs"),
        _("Install the standard packs"),
        is_posted=True,
    ),
    Step(
        "portfolio",
        _("Open a portfolio"),
        _("Whose books, in which currency and zone, with which buckets and rule packs."),
        lambda facts: facts.portfolio is not None and facts.has_scheme and facts.has_rule_pack,
        _at_portfolio("portfolios:detail"),
        _("Open a portfolio"),
        needs=("calendar", "rule_packs"),
    ),
    Step(
        "product",
        _("Add its product"),
        _("A product says how money is allocated and days are counted."),
        lambda facts: facts.has_product,
        _at_portfolio("portfolios:add_product"),
        _("Add a product"),
        needs=("portfolio",),
    ),
    Step(
        "grant",
        _("Grant it to the team"),
        _("Only those it is granted to see its loans."),
        lambda facts: facts.has_grant,
        _at_portfolio("portfolios:detail", "#grants"),
        _("Grant the portfolio"),
        needs=("team", "portfolio"),
    ),
    Step(
        "parties",
        _("Bring in the people of the loans"),
        _("The columns of the file are named once and remembered for the next."),
        lambda facts: facts.has_parties,
        _upload("parties"),
        _("Bring in parties"),
        needs=("product",),
    ),
    Step(
        "loans",
        _("Bring in the loans"),
        _("With their terms, or followed by a file of schedules; then the repayments."),
        lambda facts: facts.has_loans,
        _upload("loans"),
        _("Bring in loans"),
        needs=("parties",),
    ),
    Step(
        "verify",
        _("Verify the positions"),
        _("Every figure is computed anew from the facts and compared."),
        lambda facts: facts.has_verified,
        _to("setup:verify"),
        _("Verify now"),
        needs=("loans",),
        is_posted=True,
    ),
    Step(
        "close",
        _("Close the first day"),
        _("The close ages every loan and opens cases. From then on it runs by itself at night."),
        lambda facts: facts.has_closed,
        _to("setup:close"),
        _("Close the day"),
        needs=("verify", "grant", "people"),
        is_posted=True,
    ),
    Step(
        "dealt",
        _("See the first case dealt"),
        _("Late loans became cases and were dealt to agents. With no loan late there is none."),
        lambda facts: facts.has_dealt,
        _to("operations:jobs"),
        _("Look at operations"),
        needs=("close",),
    ),
)


@dataclass(frozen=True, slots=True)
class StepState:
    """A step with how it stands: done, next, open, or blocked by what is missing."""

    step: Step
    state: str
    href: str
    missing: tuple[str, ...]


def step_states(facts: SetupFacts) -> list[StepState]:
    """Judges every step by the facts; the first that can be done and is not is the next."""
    done = {step.code: step.is_done(facts) for step in STEPS}
    titles = {step.code: str(step.title) for step in STEPS}
    found: list[StepState] = []
    has_next = False
    for step in STEPS:
        missing = tuple(titles[code] for code in step.needs if not done[code])
        if done[step.code]:
            state = "done"
        elif missing:
            state = "blocked"
        elif not has_next:
            state, has_next = "next", True
        else:
            state = "open"
        found.append(StepState(step, state, step.href(facts), missing))
    return found


def is_set_up(user: User) -> bool:
    """Says whether a first day is closed, or an administrator wished to see the set-up no more."""
    if CloseRun.objects.visible_to(user).filter(state=CloseState.DONE).exists():
        return True
    return AuditEntry.objects.filter(action=HIDDEN).exists()
