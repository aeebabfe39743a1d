"""What reasons cite, in the reader's language where it is our own policy. Law is cited as it is."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: Our own words, as packs and verdicts keep them.
OWN: Final = frozenset(
    {
        _("Stop on record"),
        _("Refusal on record"),
        _("Makegood policy: without the facts of a rule there is no permission"),
        _("Policy: contact while proceedings run"),
        _("Policy: no rule pack of the portfolio names days for answers"),
        _("Policy: FCA CONC 7.9.4R names no hours"),
        _("Policy: no national count of collection messages was found; 民法典 1033(1)"),
        _("Policy: 12 CFR 1006.14(b)(2)(i), comment 2.i: two calls within five minutes"),
        _(
            "Policy: 12 CFR 1006.14(a), (b)(2)(i), comment 2.i: calls about several debts, "
            "concentrated on one person"
        ),
        _(
            "Policy: Regulation F sets no days for answers; these are those of the CFPB's "
            "complaint procedure"
        ),
        _(
            "同一信贷产品的催收间隔周期不宜少于7个自然日 (reported without its channel; applied to "
            "visits)"
        ),
    }
)


def citation_text(citation: str) -> str:
    """Returns a citation as a page shows it; what a lender's own pack cites stays as written."""
    return gettext(citation) if citation in OWN else citation
