"""Setting up portfolios: conventions, products, bucket schemes, grants and feed watermarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from core import clock
from core.audit import Actor, record
from core.money import UnknownCurrency, minor_units
from loans.delinquency.recounting import recount
from loans.portfolios.models import (
    BucketBasis,
    BucketRange,
    BucketScheme,
    FeedWatermark,
    Portfolio,
    PortfolioGrant,
    Product,
)
from loans.portfolios.product_conventions import read_conventions
from loans.portfolios.refusals import Refused
from loans.portfolios.schemes import STANDARD_SCHEMES, BucketSpec, StandardScheme, check_ranges

if TYPE_CHECKING:
    from accounts.models import Team, User
    from core.calendars.models import HolidayCalendar


@dataclass(frozen=True, kw_only=True)
class PortfolioSettings:
    """The settings of a portfolio that have a usual value; see the model for what each means."""

    bucket_basis: str = BucketBasis.DAYS_PAST_DUE
    due_day_counts: bool = False
    grace_days: int = 0
    case_opens_at_days: int = 1
    tolerance_amount: Decimal = Decimal("0.00")
    tolerance_fraction: Decimal = Decimal(0)
    holiday_calendar: HolidayCalendar | None = None
    rule_packs: tuple[str, ...] = ()
    customer_namespace: str = ""
    feed_limit_days: int = 2
    promise_grace_days: int = 1
    promise_tolerance_fraction: Decimal = Decimal("0.05")
    contacts_known_from: dt.date | None = None


#: What a configured portfolio may still change. The rest would rewrite what was already counted.
CHANGEABLE: Final = frozenset(PortfolioSettings.__dataclass_fields__) - {"customer_namespace"} | {
    "name",
    "language",
    "bucket_scheme",
    "is_active",
}

#: The settings of a portfolio that stored positions and bucket histories follow from.
COUNTED_BY: Final = frozenset(
    {
        "bucket_scheme",
        "bucket_basis",
        "due_day_counts",
        "grace_days",
        "tolerance_amount",
        "tolerance_fraction",
    }
)


@transaction.atomic
def create_bucket_scheme(
    *, code: str, name: str, ranges: Sequence[BucketSpec], by: Actor
) -> BucketScheme:
    """Stores a bucket scheme. Raises Refused for a gap, an overlap or an end that is not open."""
    check_ranges(ranges)
    scheme = BucketScheme(code=code, name=name)
    _check_fields(scheme)
    scheme.save(force_insert=True)
    BucketRange.objects.bulk_create(BucketRange(scheme=scheme, **asdict(spec)) for spec in ranges)
    record(
        action="bucket_scheme.create",
        by=by,
        object_type="loans.BucketScheme",
        object_id=scheme.pk,
        data={"code": code, "buckets": [spec.code for spec in ranges]},
    )
    return scheme


def ensure_standard_scheme(*, scheme: StandardScheme, by: Actor) -> BucketScheme:
    """Returns the stored form of a standard scheme, creating it when it is not there yet."""
    found = BucketScheme.objects.filter(code=scheme.code).first()
    return found or create_bucket_scheme(
        code=scheme.code, name=scheme.name, ranges=scheme.ranges, by=by
    )


@transaction.atomic
def create_portfolio(
    *,
    code: str,
    name: str,
    ledger: str,
    currency: str,
    country: str,
    time_zone: str,
    business_date: dt.date,
    bucket_scheme: BucketScheme,
    by: Actor,
    language: str = "en",
    settings: PortfolioSettings | None = None,
) -> Portfolio:
    """Creates a portfolio whose books stand on `business_date`.

    Arguments: ledger "external" or "makegood"; currency ISO 4217; country ISO 3166 alpha-2;
    time_zone IANA. Raises Refused naming the first value that cannot be.
    """
    chosen = settings or PortfolioSettings()
    values = {name: getattr(chosen, name) for name in PortfolioSettings.__dataclass_fields__}
    values |= {
        "rule_packs": list(chosen.rule_packs),
        "customer_namespace": chosen.customer_namespace or code,
    }
    portfolio = Portfolio(
        code=code,
        name=name,
        ledger=ledger,
        currency=currency,
        country=country,
        time_zone=time_zone,
        business_date=business_date,
        bucket_scheme=bucket_scheme,
        language=language,
        **values,
    )
    _check_portfolio(portfolio)
    portfolio.save(force_insert=True)
    _record(portfolio, "portfolio.create", by, data={"code": code, "ledger": ledger})
    return portfolio


@transaction.atomic
def change_portfolio(
    *, portfolio: Portfolio, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> Portfolio:
    """Changes settings of a portfolio.

    Where one says how loans are counted, they are counted anew: at once in a small portfolio, with
    the next close in a large one (see recounting). Raises Refused for a setting that is fixed once
    the portfolio exists (books, currency, business date, customer number space) and for impossible
    values.
    """
    fixed = sorted(set(changes) - CHANGEABLE)
    if fixed:
        raise Refused(
            "portfolio_fixed",
            f"{fixed[0]} of a portfolio cannot be changed once it exists; open another portfolio.",
        )
    locked = Portfolio.objects.select_for_update(no_key=True).get(pk=portfolio.pk)
    stood = {name: getattr(locked, name) for name in changes}
    before = {name: _plain(value) for name, value in stood.items()}
    for name, value in changes.items():
        setattr(locked, name, value)
    _check_portfolio(locked)
    locked.save(update_fields=sorted(changes))
    after = {name: _plain(getattr(locked, name)) for name in changes}
    data: dict[str, Any] = {"before": before, "after": after}
    if any(stood[name] != getattr(locked, name) for name in COUNTED_BY.intersection(changes)):
        data |= recount(portfolio_id=locked.pk).as_data()
    _record(locked, "portfolio.change", by, reason=reason, data=data)
    return locked


@transaction.atomic
def set_business_date(*, portfolio: Portfolio, to: dt.date, by: Actor) -> Portfolio:
    """Moves the books forward to `to`; only the close calls this, once its steps are done."""
    locked = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
    if to <= locked.business_date:
        raise Refused(
            "business_date_back",
            f"The books of {locked.code} are on {locked.business_date}; they only move forward.",
        )
    before, locked.business_date = locked.business_date, to
    locked.save(update_fields=["business_date"])
    portfolio.business_date = to
    _record(locked, "portfolio.business_date", by, data={"from": str(before), "to": str(to)})
    return locked


@transaction.atomic
def create_product(
    *,
    portfolio: Portfolio,
    code: str,
    name: str,
    by: Actor,
    conventions: Mapping[str, Any] | None = None,
) -> Product:
    """Creates a product. `conventions` is the JSON form of ProductConventions; Refused if not."""
    stored = dict(conventions or {})
    read_conventions(stored)
    product = Product(portfolio=portfolio, code=code, name=name, conventions=stored)
    _check_fields(product)
    product.save(force_insert=True)
    _record_product(product, "product.create", by, {"code": code, "conventions": stored})
    return product


@transaction.atomic
def change_product(
    *,
    product: Product,
    by: Actor,
    name: str | None = None,
    conventions: Mapping[str, Any] | None = None,
) -> Product:
    """Renames a product or changes how it counts; its loans are then counted anew (recounting)."""
    locked = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    before = {"name": locked.name, "conventions": locked.conventions}
    if name is not None:
        locked.name = name
    if conventions is not None:
        read_conventions(conventions)
        locked.conventions = dict(conventions)
    _check_fields(locked)
    locked.save(update_fields=["name", "conventions"])
    after = {"name": locked.name, "conventions": locked.conventions}
    data: dict[str, Any] = {"before": before, "after": after}
    if before["conventions"] != after["conventions"]:
        data |= recount(portfolio_id=locked.portfolio_id, product_id=locked.pk).as_data()
    _record_product(locked, "product.change", by, data)
    return locked


@transaction.atomic
def grant_portfolio(
    *, portfolio: Portfolio, by: Actor, user: User | None = None, team: Team | None = None
) -> PortfolioGrant:
    """Lets one user or one team see a portfolio; granting twice changes nothing."""
    if (user is None) == (team is None):
        raise Refused("grant_target", "Grant a portfolio to one user or to one team.")
    grant, is_new = PortfolioGrant.objects.get_or_create(portfolio=portfolio, user=user, team=team)
    if is_new:
        _record(portfolio, "portfolio.grant", by, data=_grantee(grant))
    return grant


@transaction.atomic
def revoke_grant(*, grant: PortfolioGrant, by: Actor, reason: str = "") -> None:
    """Takes a grant back; revoking one that is gone changes nothing."""
    data = _grantee(grant)
    deleted, _per_model = PortfolioGrant.objects.filter(pk=grant.pk).delete()
    if deleted:
        _record(grant.portfolio, "portfolio.revoke", by, reason=reason, data=data)


@transaction.atomic
def know_contacts_from(*, portfolio: Portfolio, on: dt.date, by: Actor) -> None:
    """Says from which day on all contacts are known here; an earlier day replaces a later one."""
    stored = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
    if stored.contacts_known_from is not None and stored.contacts_known_from <= on:
        return
    stored.contacts_known_from = on
    stored.save(update_fields=["contacts_known_from"])
    _record(stored, "portfolio.contacts_known", by, data={"on": on.isoformat()})


@transaction.atomic
def set_watermark(
    *,
    portfolio: Portfolio,
    feed: str,
    through_on: dt.date,
    by: Actor,
    received_at: dt.datetime | None = None,
) -> FeedWatermark:
    """Notes that a feed is complete through a day. An older file never moves the mark back."""
    at = received_at or clock.now()
    Portfolio.objects.select_for_update().get(pk=portfolio.pk)
    mark = FeedWatermark.objects.filter(portfolio=portfolio, feed=feed).first()
    if mark is not None and mark.through_on >= through_on:
        return mark
    mark, _is_new = FeedWatermark.objects.update_or_create(
        portfolio=portfolio, feed=feed, defaults={"through_on": through_on, "received_at": at}
    )
    _record(
        portfolio, "feed.watermark", by, data={"feed": feed, "through_on": through_on.isoformat()}
    )
    return mark


@transaction.atomic
def reset_watermark(
    *, portfolio: Portfolio, feed: str, through_on: dt.date | None, by: Actor
) -> None:
    """Puts a feed's mark back to an earlier day, or takes it away: what it said was undone."""
    Portfolio.objects.select_for_update().get(pk=portfolio.pk)
    marks = FeedWatermark.objects.filter(portfolio=portfolio, feed=feed)
    mark = marks.first()
    if mark is None or mark.through_on == through_on:
        return
    before = mark.through_on
    if through_on is None:
        marks.delete()
    else:
        marks.update(through_on=through_on)
    data = {"feed": feed, "from": str(before), "to": str(through_on or "")}
    _record(portfolio, "feed.watermark_back", by, data=data)


def _check_portfolio(portfolio: Portfolio) -> None:
    if portfolio.time_zone not in clock.known_zones():
        raise Refused(
            "time_zone_unknown",
            f"{portfolio.time_zone!r} is not a time zone; use a name such as Asia/Shanghai.",
        )
    try:
        minor_units(portfolio.currency)
    except UnknownCurrency as error:
        raise Refused("currency_unknown", str(error)) from error
    _check_fields(portfolio)


def _check_fields(row: Portfolio | Product | BucketScheme) -> None:
    """Turns the model's own rules into a refusal that names the field."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        where = "" if field == "__all__" else f"{field}: "
        raise Refused("invalid", f"{where}{messages[0]}") from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool | list):
        return value
    return str(getattr(value, "pk", value))


def _grantee(grant: PortfolioGrant) -> dict[str, str]:
    return {"user": str(grant.user_id)} if grant.user_id else {"team": str(grant.team_id)}


def _record(
    portfolio: Portfolio, action: str, by: Actor, *, data: Mapping[str, Any], reason: str = ""
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.Portfolio",
        object_id=portfolio.pk,
        portfolio_id=portfolio.pk,
        reason=reason,
        data=data,
    )


def _record_product(product: Product, action: str, by: Actor, data: Mapping[str, Any]) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.Product",
        object_id=product.pk,
        portfolio_id=product.portfolio_id,
        data=data,
    )


def scheme_by_code(*, code: str, by: Actor) -> BucketScheme:
    """Returns a bucket scheme by its code; a standard one is stored when it is first chosen.

    Raises Refused for a code that nobody has.
    """
    found = BucketScheme.objects.filter(code=code).first()
    if found is not None:
        return found
    for standard in STANDARD_SCHEMES:
        if standard.code == code:
            return ensure_standard_scheme(scheme=standard, by=by)
    raise Refused("scheme_unknown", f"There is no bucket scheme {code!r}; choose one of the list.")
