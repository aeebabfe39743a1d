"""What the demonstration's agents can be given, and who is away while it is shown."""

from __future__ import annotations

import datetime as dt
from typing import Final

from accounts.shifts.services import save_leave
from accounts.users.assignment_profile import AssignmentProfile, set_assignment_profile
from collections_app.cases.move_plan import MoveRequest, plan_move
from collections_app.cases.moving import apply_move
from config.demo_data.history import Say
from config.demo_data.staff import AWAY, Staff
from core import clock
from core.audit import SYSTEM

_PROFILES: Final = {
    "ana": AssignmentProfile(spoken_languages=("en", "es"), regions=("TX",), capacity=45),
    "marcus": AssignmentProfile(spoken_languages=("en",), regions=("GA", "FL"), capacity=40),
    "tasha": AssignmentProfile(spoken_languages=("en",), skills=("hardship",), capacity=22),
    "diego": AssignmentProfile(spoken_languages=("en", "es"), regions=("TX",), capacity=45),
    "pete": AssignmentProfile(spoken_languages=("en",), regions=("OH", "PA", "MI"), capacity=40),
    "wen": AssignmentProfile(spoken_languages=("en", "zh"), regions=("NY",), capacity=40),
    "olivia": AssignmentProfile(spoken_languages=("en",), capacity=20, share_percent=50),
    "lin.na": AssignmentProfile(
        spoken_languages=("zh", "yue"), skills=("hardship",), regions=("广东",), capacity=60
    ),
    "huang.jing": AssignmentProfile(spoken_languages=("zh", "yue"), regions=("广东",), capacity=60),
    "wu.hao": AssignmentProfile(spoken_languages=("zh",), capacity=40, share_percent=50),
    "liang.yu": AssignmentProfile(spoken_languages=("zh", "yue"), capacity=60),
    "qian.yun": AssignmentProfile(spoken_languages=("zh",), regions=("浙江", "江苏"), capacity=60),
    "sun.li": AssignmentProfile(spoken_languages=("zh",), regions=("四川",), capacity=60),
    "zhou.ting": AssignmentProfile(spoken_languages=("zh",), capacity=30),
}
#: Whose people were given to the others already; those of the other absent agent still wait.
_COVERED: Final = "liang.yu"


def give_profiles(staff: Staff) -> None:
    """Enters languages, regions, skills, capacities and shares."""
    for address, profile in _PROFILES.items():
        staff.users[address] = set_assignment_profile(
            user=staff.users[address], profile=profile, by=staff.actor("ada")
        )


def go_away(*, staff: Staff, say: Say) -> None:
    """Notes the absences, and lets a lead move the people of one of the absent."""
    for address in AWAY:
        user = staff.users[address]
        today = clock.local_today(user.time_zone)
        save_leave(user=user, starts_on=today, ends_on=today + dt.timedelta(days=11), by=SYSTEM)
    absent = staff.users[_COVERED]
    team = absent.team
    if team is None or team.lead is None or not absent.cases.exists():
        return
    request = MoveRequest(asked_by=team.lead, from_user=absent, to_team=team)
    plan = plan_move(request=request, at=clock.now())
    if plan.moving:
        apply_move(request=request, digest=plan.digest, reason="年假期间由同组同事代管")
        say(f"{absent.full_name}: {plan.people_count} people moved to colleagues")
