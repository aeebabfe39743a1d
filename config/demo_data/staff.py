"""The people who work with the demonstration: one of every role, and teams of agents."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import Final

from accounts.access.rights import Role
from accounts.models import Team, User
from accounts.shifts.services import save_shift
from accounts.teams.services import change_team, create_team
from accounts.users.services import create_user
from core.audit import SYSTEM, Actor

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_CN, _US = "Asia/Shanghai", "America/Chicago"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One account: who, which role, which team. Only those to try get a password."""

    address: str
    name: str
    role: Role
    team: str = ""
    zone: str = _US
    language: str = "en"
    signs_in: bool = False
    shift: tuple[int, int] = (9, 18)


TEAMS: Final = {
    "华南一组": "chen.wei",
    "华东二组": "zhao.min",
    "South": "ben",
    "North": "grace",
    "Field and recovery": "luis",
    "外访组": "he.jun",
}
CHINESE_TEAMS: Final = ("华南一组", "华东二组")
AMERICAN_TEAMS: Final = ("South", "North")
#: Who visits people in China; in the United States it is "Field and recovery".
CHINESE_FIELD_TEAM: Final = "外访组"

COLLEAGUES: Final = (
    Colleague("ana", "Ana Delgado", Role.AGENT, "South", signs_in=True),
    Colleague("lin.na", "林娜", Role.AGENT, "华南一组", _CN, "zh-hans", signs_in=True),
    Colleague("fay", "Fay Whitehorse", Role.FIELD_AGENT, "Field and recovery", signs_in=True),
    Colleague("noor", "Noor Haddad", Role.LEGAL_OFFICER, "Field and recovery", signs_in=True),
    Colleague("ben", "Ben Okafor", Role.TEAM_LEAD, "South", signs_in=True),
    Colleague("maria", "Maria Lindqvist", Role.MANAGER, signs_in=True),
    Colleague("cleo", "Cleo Marchetti", Role.COMPLIANCE_OFFICER, signs_in=True),
    Colleague("ada", "Ada Kowalski", Role.ADMINISTRATOR, signs_in=True),
    Colleague("otto", "Otto Brandt", Role.AUDITOR, signs_in=True),
    Colleague("lender.feed", "Lender feed", Role.INTEGRATION),
    Colleague("chen.wei", "陈伟", Role.TEAM_LEAD, "华南一组", _CN, "zh-hans"),
    Colleague("huang.jing", "黄静", Role.AGENT, "华南一组", _CN, "zh-hans"),
    Colleague("wu.hao", "吴浩", Role.AGENT, "华南一组", _CN, "zh-hans", shift=(12, 21)),
    Colleague("liang.yu", "梁宇", Role.AGENT, "华南一组", _CN, "zh-hans"),
    Colleague("zhao.min", "赵敏", Role.TEAM_LEAD, "华东二组", _CN, "zh-hans"),
    Colleague("qian.yun", "钱云", Role.AGENT, "华东二组", _CN, "zh-hans"),
    Colleague("sun.li", "孙立", Role.AGENT, "华东二组", _CN, "zh-hans", shift=(12, 21)),
    Colleague("zhou.ting", "周婷", Role.AGENT, "华东二组", _CN, "zh-hans"),
    Colleague("marcus", "Marcus Bell", Role.AGENT, "South", shift=(11, 20)),
    Colleague("tasha", "Tasha Greene", Role.AGENT, "South"),
    Colleague("diego", "Diego Fuentes", Role.AGENT, "South"),
    Colleague("grace", "Grace Sorensen", Role.TEAM_LEAD, "North"),
    Colleague("pete", "Pete Kaminski", Role.AGENT, "North"),
    Colleague("wen", "Wen Zhang", Role.AGENT, "North", language="zh-hans"),
    Colleague("olivia", "Olivia Hart", Role.AGENT, "North", shift=(11, 20)),
    Colleague("luis", "Luis Ortega", Role.TEAM_LEAD, "Field and recovery", signs_in=True),
    Colleague("tan.rui", "谭锐", Role.FIELD_AGENT, "外访组", _CN, "zh-hans", signs_in=True),
    Colleague("xu.lei", "徐磊", Role.FIELD_AGENT, "外访组", _CN, "zh-hans"),
    Colleague("he.jun", "何军", Role.TEAM_LEAD, "外访组", _CN, "zh-hans"),
)
#: Who goes away on the day the demonstration is loaded, holding people (agents.py).
AWAY: Final = ("liang.yu", "diego")


@dataclass(slots=True)
class Staff:
    """Everybody by the first part of their address, teams by name, and what to sign in with."""

    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    sign_ins: list[dict[str, str]] = field(default_factory=list)

    def actor(self, address: str) -> Actor:
        return Actor.of(self.users[address])

    def agents(self, teams: tuple[str, ...]) -> list[User]:
        """Returns the agents of some teams who are not away, in the order they were hired."""
        return [
            self.users[person.address]
            for person in COLLEAGUES
            if person.role == Role.AGENT and person.team in teams and person.address not in AWAY
        ]


def hire() -> Staff:
    """Creates teams, accounts and shifts. Only the accounts to try get a password."""
    staff = Staff(teams={name: create_team(name=name, by=SYSTEM) for name in TEAMS})
    for person in COLLEAGUES:
        password = "-".join(_word() for _ in range(4)) if person.signs_in else None
        user = staff.users[person.address] = create_user(
            email=f"{person.address}@makegood.example",
            full_name=person.name,
            role=person.role,
            by=SYSTEM,
            team=staff.teams.get(person.team),
            password=password,
            must_change_password=False,
            language=person.language,
            time_zone=person.zone,
        )
        if password is not None:
            label = person.role.value.replace("_", " ")
            if any(row["role"] == label for row in staff.sign_ins):
                label = f"{label} ({person.team})"
            staff.sign_ins.append({"role": label, "email": user.email, "password": password})
        if person.role in (Role.AGENT, Role.FIELD_AGENT, Role.TEAM_LEAD):
            _set_shifts(user, person)
    for name, lead in TEAMS.items():
        staff.teams[name] = change_team(
            team=staff.teams[name], name=name, lead=staff.users[lead], is_active=True, by=SYSTEM
        )
    return staff


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _set_shifts(user: User, person: Colleague) -> None:
    starts, ends = person.shift
    for weekday in range(5):
        save_shift(
            user=user, weekday=weekday, starts_at=dt.time(starts), ends_at=dt.time(ends), by=SYSTEM
        )
