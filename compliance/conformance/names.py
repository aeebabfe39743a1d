"""Whom and what a contact scenario names: people and roles, numbers, debts, country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from compliance.conformance.reading import NotExpressible, Row, instant_of
from compliance.conformance.vocabulary import RECIPIENTS
from loans.borrowers.models import ContactKind, ContactPlace

DEBTOR: Final = "C1"
#: A number for a debtor of whom the scenario names none.
OWN_NUMBER: Final = "own number"
_COUNTRIES: Final = {"CN": "CN", "UK": "GB", "GB": "GB", "IN": "IN"}
_WITHOUT_POINT: Final = frozenset({"letter", "visit", "repossession"})


class Point(NamedTuple):
    """A number or e-mail address as a scenario names it: whose, which, of what kind and place."""

    party: str
    endpoint: str
    kind: str
    place: str


def contacts_of(case: Row) -> list[Row]:
    """The contacts that were made, oldest first, and the one that is asked about."""
    return [*sorted(case["history"], key=lambda row: instant_of(row["at"])), case["proposed"]]


def country_of(case: Row) -> str:
    """The country whose rules the scenario is under."""
    return _COUNTRIES.get(str(case["ruleset"][0]).split("_", maxsplit=1)[0], "US")


def roles_of(case: Row) -> dict[str, str]:
    """The people of a scenario with the role it gives them, the debtor first.

    Lawyers are none of them: they are reached for the debtor. Somebody whom only the history names
    is a co-borrower where the name says so (C2), else a reference.
    """
    debtor = _debtor_of(case)
    roles = {debtor: "debtor"}
    for row in contacts_of(case):
        name, role = row["party"], row.get("party_role", "")
        if name == debtor or role in RECIPIENTS or name.startswith("ATT"):
            continue
        if role == "debtor" or (not role and name.startswith("C")):
            role = "co_borrower"
        roles[name] = role or roles.get(name, "reference")
    return roles


def debts_of(case: Row) -> list[str]:
    """The debts of a scenario, in the order it names them."""
    named = (debt for row in contacts_of(case) for debt in row.get("debts") or ())
    return list(dict.fromkeys(named))


def points_of(case: Row) -> list[Point]:
    """Every number and e-mail address a scenario names, each once; the debtor has a number."""
    roles = roles_of(case)
    debtor = next(iter(roles))
    found: dict[tuple[str, str], Point] = {}
    for row in [*contacts_of(case), *_opted_out(case, debtor)]:
        if row["channel"] in _WITHOUT_POINT or not row.get("endpoint"):
            continue
        party = row["party"] if row["party"] in roles else debtor
        kind = ContactKind.EMAIL if row["channel"] == "email" else ContactKind.PHONE
        point = Point(party, row["endpoint"], kind, _place(case, row, kind))
        found.setdefault((party, point.endpoint), point)
    if not any(
        point.party == debtor and point.kind == ContactKind.PHONE for point in found.values()
    ):
        own = Point(debtor, OWN_NUMBER, ContactKind.PHONE, ContactPlace.MOBILE)
        found[debtor, OWN_NUMBER] = own
    return list(found.values())


def _debtor_of(case: Row) -> str:
    proposed = case["proposed"]
    is_named = any(row["party"] == DEBTOR for row in contacts_of(case))
    if not is_named and proposed.get("party_role", "debtor") == "debtor":
        return str(proposed["party"])
    return DEBTOR


def _opted_out(case: Row, debtor: str) -> Iterator[Row]:
    for row in case["state"].get("opt_outs") or ():
        if row.get("endpoint"):
            channel = "email" if row.get("medium") == "email" else "call"
            yield {"party": debtor, "endpoint": row["endpoint"], "channel": channel}


def _place(case: Row, row: Row, kind: str) -> str:
    if kind == ContactKind.EMAIL:
        is_employers = case["state"]["flags"].get("employer_email_known")
        is_proposed = row["endpoint"] == case["proposed"].get("endpoint")
        return ContactPlace.WORK if is_employers and is_proposed else ContactPlace.UNKNOWN
    place = row.get("place") or ("work" if row["endpoint"].startswith("W") else "mobile")
    if place not in ContactPlace.values:
        raise NotExpressible(f"a number at {place!r} is not known here")
    return str(place)
