"""What the pages of people are told about grants (settings.PEOPLE_TIES)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from accounts.people.ties import Granted
from loans.portfolios.models import PortfolioGrant


def granted_to_teams(team_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Granted]]:
    """Returns the portfolios granted to each of these teams, by name; one query."""
    found: defaultdict[UUID, list[Granted]] = defaultdict(list)
    grants = PortfolioGrant.objects.filter(team__in=team_ids).order_by("portfolio__name")
    for team_id, name in grants.values_list("team_id", "portfolio__name"):
        found[team_id].append(Granted(name=name))
    return found
