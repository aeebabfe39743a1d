"""A telephone system for the demonstration: it calls nobody and tells how calls would have gone."""

from __future__ import annotations

from secrets import token_urlsafe

from collections_app.dialling.services import save_account
from config.demo.supervisor import FIRST_PORT
from core.audit import SYSTEM
from loans.portfolios.models import Portfolio


def connect_telephone(portfolio: Portfolio) -> None:
    """Has calls of a portfolio dialled for its agents; the others dial by hand.

    It posts to the port that the demonstration tries first. On another one its calls stay without
    events, and agents say how they ended.
    """
    save_account(
        account=None,
        name="Telephone of the demonstration",
        adapter="loopback",
        portfolio=portfolio,
        settings={
            "url": f"http://127.0.0.1:{FIRST_PORT}",
            "ending": "mixed",
            "ring_seconds": 3,
            "talk_seconds": 12,
        },
        is_on=True,
        secret=token_urlsafe(32),
        by=SYSTEM,
    )
