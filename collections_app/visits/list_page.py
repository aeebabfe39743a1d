"""The list of visits: views and filters in the URL, one keyset page, its rows in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.visits.forms import VisitFilterForm
from collections_app.visits.measures import conditions, tiles
from collections_app.visits.models import Visit, VisitEvent, VisitQuerySet
from collections_app.visits.presentation import visit_row
from core import clock
from loans.portfolios.models import Portfolio

PAGE_SIZE: Final = 50
#: Rows of one file. Who needs more narrows the days.
MOST_ROWS: Final = 50_000
_SEPARATOR: Final = "~"

#: view -> its word and the sentence of its emptiness
VIEWS: Final[dict[str, tuple[Lazy, Lazy]]] = {
    "requested": (
        gettext_lazy("To plan"),
        gettext_lazy(
            "Nobody asked for a visit that is not planned. A visit is asked for on a case."
        ),
    ),
    "planned": (gettext_lazy("On a route"), gettext_lazy("Nobody is to be visited.")),
    "missed": (pgettext_lazy("visits", "Missed"), gettext_lazy("Nobody was waited for in vain.")),
    "done": (gettext_lazy("Done"), gettext_lazy("No visit was made.")),
    "verified": (gettext_lazy("Verified"), gettext_lazy("No visit that was made is verified.")),
    "unverified": (
        gettext_lazy("Not verified"),
        gettext_lazy("Every visit that was made is verified."),
    ),
    "cash": (gettext_lazy("Cash to count"), gettext_lazy("All cash that was taken is counted.")),
    "routed": (gettext_lazy("All planned"), gettext_lazy("No visit was planned.")),
    "cancelled": (gettext_lazy("Cancelled"), gettext_lazy("No visit was cancelled.")),
}
#: Views in the order of days and routes; the others show the newest first.
_BY_DAY: Final = ("planned", "missed", "routed", "cash")
_MADE: Final = ("done", "verified", "unverified")


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """One selection of the list; days are those of the address."""

    show: str = "requested"
    agent: str = ""
    portfolio: str = ""
    team: str = ""
    currency: str = ""
    first: str = ""
    last: str = ""

    def href(self, **changes: str) -> str:
        """Returns the address of the list with this selection, changed in some parts."""
        kept = {key: value for key, value in {**asdict(self), **changes}.items() if value}
        return f"{reverse('visits:list')}?{urlencode(kept)}"

    @property
    def is_narrow(self) -> bool:
        return any((self.agent, self.portfolio, self.team, self.currency, self.first, self.last))


def read_filter(params: QueryDict) -> VisitFilter:
    """Reads the filters of the URL; what is not one of ours is left out, not an error."""
    show = params.get("show", "requested")
    return VisitFilter(
        show=show if show in VIEWS else "requested",
        agent=_uuid(params.get("agent", "")),
        portfolio=params.get("portfolio", "")[:40],
        team=_uuid(params.get("team", "")),
        currency=params.get("currency", "")[:3],
        first=_day(params.get("first", "")),
        last=_day(params.get("last", "")),
    )


def narrowed(visits: VisitQuerySet, chosen: VisitFilter) -> VisitQuerySet:
    """Visits of the agent, team, portfolio, currency and days of a selection, in any state."""
    if chosen.agent:
        visits = visits.filter(Q(agent=chosen.agent) | Q(second_visitor=chosen.agent))
    if chosen.portfolio:
        visits = visits.filter(case__portfolio__code=chosen.portfolio)
    if chosen.team:
        visits = visits.filter(agent__team=chosen.team)
    if chosen.currency:
        visits = visits.filter(case__portfolio__currency=chosen.currency)
    if chosen.first:
        visits = visits.filter(Q(visit_on__gte=chosen.first) | Q(visit_on__isnull=True))
    if chosen.last:
        visits = visits.filter(Q(visit_on__lte=chosen.last) | Q(visit_on__isnull=True))
    return visits


def list_context(*, user: User, chosen: VisitFilter, after: str = "") -> dict[str, Any]:
    """Returns the context of the page. Raises ValueError for a key that is not one of ours."""
    seen = Visit.objects.visible_to(user)
    among = narrowed(seen, chosen)
    which = conditions(clock.now())
    rows = list(_page(_view(among, chosen.show, which), chosen.show, after))
    shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    form = VisitFilterForm(initial=asdict(chosen))
    form.offer(_choices(seen, user))
    counts = among.aggregate(**{key: Count("pk", filter=which[key]) for key in VIEWS})
    hrefs = {key: chosen.href(show=key) for key in VIEWS}
    return {
        "tiles": tiles(counts, hrefs) if has_right(user, "report.view") else [],
        "export_href": _export_href(chosen, user),
        "most_rows": f"{MOST_ROWS:,}",
        "views": [
            {
                "label": VIEWS[key][0],
                "count": counts[key],
                "href": hrefs[key],
                "is_current": chosen.show == key,
            }
            for key in VIEWS
        ],
        "rows": [visit_row(row, user) for row in shown],
        "show": chosen.show,
        "day_href": _day_href(chosen, user),
        "filter_form": form,
        "is_filtered": chosen.is_narrow,
        "list_href": reverse("visits:list"),
        "clear_href": VisitFilter(show=chosen.show).href(),
        "nothing": VIEWS[chosen.show][1],
        "as_of": clock.now().astimezone(clock.zone_of(user.time_zone)),
        "shown": _("%(number)d shown") % {"number": len(shown)},
        "first_href": chosen.href() if after else "",
        "next_href": chosen.href(after=_key(shown[-1], chosen.show)) if more else "",
    }


def _day_href(chosen: VisitFilter, user: User) -> str:
    """Where chosen requests are put on one day; for who plans visits."""
    if chosen.show != "requested" or not has_right(user, "visit.plan"):
        return ""
    return reverse("visits:day")


def _export_href(chosen: VisitFilter, user: User) -> str:
    if not has_right(user, "export.run"):
        return ""
    return chosen.href().replace(reverse("visits:list"), reverse("visits:export"), 1)


def _view(visits: VisitQuerySet, show: str, which: dict[str, Q]) -> VisitQuerySet:
    last = VisitEvent.objects.filter(visit=OuterRef("pk")).order_by("-pk")
    found = (
        visits.filter(which[show])
        .annotate(last_reason=Subquery(last.values("reason")[:1]))
        .select_related(
            "case__loan",
            "party",
            "address",
            "purpose",
            "agent",
            "second_visitor",
            "contact__result",
            "check_in",
        )
    )
    if show in ("requested", "cancelled"):
        return found.order_by("-requested_at", "-pk")
    if show in _MADE:
        return found.order_by("-over_at", "-pk")
    return found.order_by("visit_on", "agent", "place_in_day", "pk")


def _page(found: VisitQuerySet, show: str, after: str) -> VisitQuerySet:
    if not after:
        return found[: PAGE_SIZE + 1]
    if show in _BY_DAY:
        day, agent, place, pk = after.split(_SEPARATOR)
        on, who, number, last = date.fromisoformat(day), UUID(agent), int(place), UUID(pk)
        same_agent = Q(agent=who)
        beyond = (
            Q(visit_on__gt=on)
            | Q(visit_on=on, agent__gt=who)
            | (Q(visit_on=on) & same_agent & Q(place_in_day__gt=number))
            | (Q(visit_on=on) & same_agent & Q(place_in_day=number, pk__gt=last))
        )
        return found.filter(beyond)[: PAGE_SIZE + 1]
    at_text, pk = after.split(_SEPARATOR)
    at, last = datetime.fromisoformat(at_text), UUID(pk)
    if at.tzinfo is None:
        raise ValueError("A key says in which zone its time is.")
    name = "over_at" if show in _MADE else "requested_at"
    return found.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, "pk__lt": last}))[: PAGE_SIZE + 1]


def _key(visit: Visit, show: str) -> str:
    if show in _BY_DAY:
        parts = (visit.visit_on, visit.agent_id, visit.place_in_day, visit.pk)
        return _SEPARATOR.join(str(part) for part in parts)
    at = visit.over_at if show in _MADE else visit.requested_at
    assert at is not None
    return f"{at.isoformat()}{_SEPARATOR}{visit.pk}"


def _choices(seen: VisitQuerySet, user: User) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: of people and teams, those with visits the reader sees."""
    agents = User.objects.filter(pk__in=seen.order_by().values("agent")).select_related("team")
    found = list(agents.order_by("full_name", "pk"))
    teams = {str(row.team.pk): row.team.name for row in found if row.team is not None}
    portfolios = list(Portfolio.objects.visible_to(user).order_by("name"))
    codes = sorted({row.currency for row in portfolios})
    return {
        "agent": [(str(row.pk), row.get_full_name()) for row in found],
        "team": sorted(teams.items(), key=lambda item: item[1]),
        "portfolio": [(row.code, row.name) for row in portfolios],
        "currency": [(code, code) for code in codes],
    }


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _day(text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day.isoformat() if day else ""
