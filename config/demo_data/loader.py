"""Loads the demonstration: staff, portfolios, their last days, and what the floor did."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from collections_app.close.models import CloseDone
from collections_app.contacts.services import install_standard_results
from collections_app.promises.models import PromiseEvent
from collections_app.visits.services import install_standard_purposes
from collections_app.worklist.points_services import install_standard_points
from compliance.rulepacks.services import install_standard_packs
from config.demo_data import americredit, china, united_states
from config.demo_data.agents import give_profiles, go_away
from config.demo_data.court import go_to_court
from config.demo_data.floor import work_cases
from config.demo_data.history import Say
from config.demo_data.money_planned import let_plans_run
from config.demo_data.refusals import tell_compliance
from config.demo_data.registers import fill_registers
from config.demo_data.reminders import remind
from config.demo_data.staff import AMERICAN_TEAMS, CHINESE_TEAMS, Staff, hire
from config.demo_data.telephones import connect_telephone
from config.demo_data.unplaced import hold_money
from config.demo_data.visiting import make_visits
from core import clock
from core.audit import SYSTEM
from core.calendars.services import ensure_standard_calendars, fill_year
from core.facts.topics import drain
from loans.delinquency.models import PositionChange
from loans.portfolios.models import Portfolio
from notifications.templates.standard import install_standard_templates

CHINESE_LOANS: Final = 1_800
AMERICAN_LOANS: Final = 1_200
#: How many business dates are closed while loading.
CLOSED_DAYS: Final = 14
PORTFOLIOS: Final = ("cn", "us", "americredit")


class AlreadyLoaded(RuntimeError):
    """The database has portfolios; the demonstration is only loaded into an empty one."""


def load(
    *, seed: int, scale: Decimal, only: str, say: Say, closed_days: int = CLOSED_DAYS
) -> Staff:
    """Loads the demonstration into an empty database; returns its staff with their sign-ins.

    Arguments: seed makes the people and the figures, together with today's date; scale 1 is about
    3,000 loans; only names one portfolio, empty means all; say is told what was done. Raises
    AlreadyLoaded.
    """
    if Portfolio.objects.exists():
        raise AlreadyLoaded("There are portfolios already; load the demonstration when empty.")
    _install()
    staff = hire()
    give_profiles(staff)
    say(f"{len(staff.users)} colleagues in {len(staff.teams)} teams")
    loaders: dict[str, Callable[[], None]] = {
        "cn": lambda: _china(staff, seed, scale, closed_days, say),
        "us": lambda: _united_states(staff, seed, scale, closed_days, say),
        "americredit": lambda: _americredit(staff, say),
    }
    for name, run in loaders.items():
        if only in ("", name):
            run()
    go_away(staff=staff, say=say)
    remind(staff=staff, say=say)
    drain(CloseDone.TOPIC)
    drain("reporting.events")
    drain(PromiseEvent.TOPIC)
    return staff


def _install() -> None:
    install_standard_packs(by=SYSTEM)
    install_standard_results(by=SYSTEM)
    install_standard_purposes(by=SYSTEM)
    install_standard_points(by=SYSTEM)
    install_standard_templates(by=SYSTEM)  # a demand letter needs its wording before reminders do
    ensure_standard_calendars(by=SYSTEM)
    this_year = clock.now().year
    for code in ("CN", "US"):  # the worker fills the others, and the years beyond
        for year in range(this_year - 2, this_year + 4):
            fill_year(code=code, year=year, by=SYSTEM)


def _china(staff: Staff, seed: int, scale: Decimal, days: int, say: Say) -> None:
    portfolio = china.load(
        staff=staff, seed=seed, loans=round(CHINESE_LOANS * scale), days=days, say=say
    )
    hold_money(portfolio=portfolio, seed=seed, by=staff.actor("chen.wei"))
    drain(PositionChange.TOPIC)
    floor = work_cases(portfolio=portfolio, staff=staff, seed=seed, teams=CHINESE_TEAMS, say=say)
    tell_compliance(floor=floor, officer=staff.users["cleo"], manager=staff.users["maria"], say=say)
    fill_registers(floor=floor, say=say)
    go_to_court(floor=floor, officer=staff.users["noor"], lead=staff.users["chen.wei"], say=say)
    make_visits(floor=floor, staff=staff, say=say)
    say(f"{portfolio.code}: {let_plans_run(floor)} plans kept, paid early and broken")


def _united_states(staff: Staff, seed: int, scale: Decimal, days: int, say: Say) -> None:
    portfolio = united_states.load(
        staff=staff, seed=seed, loans=round(AMERICAN_LOANS * scale), days=days, say=say
    )
    hold_money(portfolio=portfolio, seed=seed, by=staff.actor("ben"))
    drain(PositionChange.TOPIC)
    floor = work_cases(portfolio=portfolio, staff=staff, seed=seed, teams=AMERICAN_TEAMS, say=say)
    tell_compliance(floor=floor, officer=staff.users["cleo"], manager=staff.users["maria"], say=say)
    fill_registers(floor=floor, say=say)
    go_to_court(floor=floor, officer=staff.users["noor"], lead=staff.users["ben"], say=say)
    make_visits(floor=floor, staff=staff, say=say)
    connect_telephone(portfolio)
    united_states.load_stale(staff=staff, seed=seed, days=days, say=say)


def _americredit(staff: Staff, say: Say) -> None:
    americredit.load(staff=staff, say=say)
