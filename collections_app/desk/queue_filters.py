"""What narrows and orders the queue: the shipped views, and the filters in the URL."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import CaseQuerySet
from loans.borrowers.models import Party
from loans.borrowers.names import bigrams
from loans.contracts.models import Loan


@dataclass(frozen=True, slots=True)
class QueueView:
    """A view everybody has: its word, what is in it, and the sentence of its emptiness."""

    label: str | LazyText
    condition: Q
    nothing: str | LazyText


#: The shipped views in the order of the tabs; "" shows everything that is open.
QUEUE_VIEWS: dict[str, QueueView] = {
    "": QueueView(_("All"), Q(), _("No open case of yours matches.")),
    "due": QueueView(
        _("Due today"), Q(is_due=True), _("No next step of yours is due before midnight.")
    ),
    "callbacks": QueueView(
        _("Callbacks"), Q(is_callback=True), _("Nobody was promised a call at a time.")
    ),
    "replies": QueueView(
        _("Replies"),
        Q(is_reply_waiting=True),
        _("Every reply to a message of ours is dealt with."),
    ),
    "promises": QueueView(
        _("Promises due or broken"),
        Q(is_promise_due=True) | Q(is_promise_broken=True),
        _("No promise is due today and none was broken."),
    ),
    "new": QueueView(
        _("New to me"), Q(is_new=True), _("Somebody has tried to reach everybody on your list.")
    ),
    "rolls": QueueView(
        _("Rolls within 3 days"),
        Q(is_rolling=True),
        _("No loan moves to its next bucket in the coming three days."),
    ),
    "first": QueueView(
        _("First payment missed"),
        Q(is_first_missed=True),
        _("Everybody on your list has paid a first instalment."),
    ),
    "unlogged": QueueView(
        _("Unlogged calls"),
        Q(is_unlogged=True),
        _("Every call you started has its outcome."),
    ),
}


#: How an address says that nothing is filtered.
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """One selection of the queue; empty means everything."""

    view: str = ""
    bucket: str = ""
    portfolio: str = ""
    q: str = ""
    order: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.view, self.bucket, self.portfolio, self.q))

    def query_string(self, **changes: str) -> str:
        """Returns the selection, changed in some parts, as it stands in the URL."""
        kept = {key: value for key, value in {**asdict(self), **changes}.items() if value}
        # Without any filter the queue opens with what the person chose; this says "everything".
        return urlencode(kept or {"view": EVERYTHING})

    def href(self, **changes: str) -> str:
        """Returns the address of the queue with this selection, changed in some parts."""
        return f"{reverse('desk:my_cases')}?{self.query_string(**changes)}"


def matching(cases: CaseQuerySet, selection: QueueFilter) -> CaseQuerySet:
    """Narrows cases by text only: what the counts of views, buckets and portfolios are taken of."""
    return cases.filter(_text_condition(selection.q)) if selection.q else cases


def selected(cases: CaseQuerySet, selection: QueueFilter) -> CaseQuerySet:
    """Narrows to the view, the bucket and the portfolio; `cases` carry their obligations."""
    if selection.view:
        cases = cases.filter(QUEUE_VIEWS[selection.view].condition)
    if selection.portfolio:
        cases = cases.filter(portfolio__code=selection.portfolio)
    if selection.bucket:
        cases = cases.filter(loan__position__bucket=selection.bucket)
    return cases


def _text_condition(text: str) -> Q:
    """The beginning of a contract number, or a borrower's name by its pairs of letters.

    Both are looked up by their own index first; a join would look at every open case.
    """
    numbers = Q(contract_no__startswith=text) | Q(contract_no__startswith=text.upper())
    condition = Q(loan__in=Loan.objects.filter(numbers).values("pk"))
    pairs = bigrams(text)
    if pairs:
        named = Party.objects.filter(name_bigrams__contains=pairs).values("pk")
        condition |= Q(borrower__in=named)
    return condition
