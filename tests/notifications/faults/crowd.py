"""Many late people at once: copies of one, with keys, numbers and references of their own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg2.extras import execute_values, register_uuid

from core import clock
from core.encryption import blind_index, seal
from core.encryption.keyring import KEY_LENGTH, current_version, wrap
from core.encryption.models import DataKey
from core.ids import uuid7
from loans.contracts.models import Loan
from notifications.outbox.services import enqueue
from tests.loans.builders import CLERK
from tests.notifications.builders import Post

#: Table -> what its copy holds instead of what the first person's row holds.
_COPIES: Final[dict[str, dict[str, str]]] = {
    "loans_party": {"id": "party", "data_key_id": "key", "customer_no": "'X' || number"},
    "loans_contactpoint": {
        "id": "phone",
        "party_id": "party",
        "value": "value",
        "value_index": "value_index",
        "time_zones": "ARRAY[zone]",
    },
    "loans_address": {"id": "address", "party_id": "party", "time_zones": "ARRAY[zone]"},
    "loans_loan": {"id": "loan", "contract_no": "'X' || number"},
    "loans_loanparty": {"loan_id": "loan", "party_id": "party"},
    "loans_schedule": {"loan_id": "loan"},
    "loans_instalment": {"loan_id": "loan"},
    "loans_position": {"loan_id": "loan"},
    "loans_bucketstay": {"loan_id": "loan"},
    "compliance_consent": {"party_id": "party", "contact_point_id": "phone"},
}
_OF_THE_FIRST: Final = {
    "loans_party": "id = %(party)s",
    "loans_contactpoint": "id = %(phone)s",
    "loans_address": "party_id = %(party)s",
    "loans_loan": "id = %(loan)s",
    "compliance_consent": "party_id = %(party)s",
}
_COLUMNS: Final = (
    *("number", "party", "loan", "phone", "address", "key", "value", "value_index", "zone"),
)


def noon_zone(*, hours_later: float = 0.0) -> str:
    """A zone where it is about noon now (or so many hours later than that)."""
    wanted = 12 + hours_later
    now = datetime.now(UTC)
    ahead = round(wanted - now.hour - now.minute / 60)
    ahead = (ahead + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def gather_crowd(post: Post, count: int, *, zone: str) -> list[dict[str, Any]]:
    """Makes so many people like the borrower of `post`; returns what they are known by."""
    register_uuid()
    people = [_person(number, zone) for number in range(count)]
    DataKey.objects.bulk_create([one.pop("data_key") for one in people], batch_size=1_000)
    first = {"party": post.phone.party_id, "phone": post.phone.pk, "loan": post.loan.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE crowd (number text, party uuid, loan uuid, phone uuid,"
            " address uuid, key uuid, value bytea, value_index bytea, zone text)"
        )
        execute_values(
            cursor.cursor,
            f"INSERT INTO crowd ({', '.join(_COLUMNS)}) VALUES %s",
            [tuple(one[name] for name in _COLUMNS) for one in people],
            page_size=1_000,
        )
        for table, instead in _COPIES.items():
            _copy(cursor, table, instead, first)
        cursor.execute("DROP TABLE crowd")
    return people


def _person(number: int, zone: str) -> dict[str, Any]:
    key_id, phone = uuid7(), uuid7()
    wrapped = wrap(key_id=key_id, version=current_version(), plain_key=os.urandom(KEY_LENGTH))
    key = DataKey(id=key_id, key_version=current_version(), wrapped=wrapped)
    said = f"+1212{2_000_000 + number:07d}"
    return {
        "data_key": key,
        "number": f"{number:07d}",
        "said": said,
        "party": uuid7(),
        "loan": uuid7(),
        "phone": phone,
        "address": uuid7(),
        "key": key_id,
        "value": seal(
            key=key, plaintext=said, table="loans_contactpoint", column="value", row_id=phone
        ),
        "value_index": blind_index(kind="phone", normalised=said),
        "zone": zone,
    }


def _copy(cursor: Any, table: str, instead: dict[str, str], first: dict[str, UUID]) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    names = [row[0] for row in cursor.fetchall()]
    if "id" not in instead:
        names = [name for name in names if name != "id"]  # numbered by the database
    taken = [
        f"crowd.{instead[n]}"
        if n in instead and instead[n].isidentifier()
        else instead.get(n, f'first."{n}"')
        for n in names
    ]
    quoted = ", ".join(f'"{name}"' for name in names)
    condition = _OF_THE_FIRST.get(table, "loan_id = %(loan)s")
    cursor.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {', '.join(taken)}"
        f" FROM crowd, (SELECT * FROM {table} WHERE {condition}) AS first",
        first,
    )


def owe_everybody(
    post: Post,
    people: Sequence[dict[str, Any]],
    *,
    step: str = "overdue-3",
    send_at: datetime | None = None,
    useful: timedelta = timedelta(hours=6),
) -> list[str]:
    """Owes each of them a message about what they owe; returns the references."""
    at = send_at or clock.now() - timedelta(minutes=1)
    amount = post.owed
    for begin in range(0, len(people), 1_000):
        enqueue(
            orders=[
                post.order(
                    party_id=one["party"],
                    loan_ids=(one["loan"],),
                    contact_point_id=one["phone"],
                    amount=amount,
                    step=step,
                    send_at=at,
                    expires_at=at + useful,
                )
                for one in people[begin : begin + 1_000]
            ],
            by=CLERK,
        )
    from notifications.outbox.models import Message

    return [pk.hex for pk in Message.objects.filter(step=step).values_list("pk", flat=True)]


def loans_of(people: Sequence[dict[str, Any]]) -> list[Loan]:
    found = Loan.objects.select_related("portfolio").in_bulk([one["loan"] for one in people])
    return [found[one["loan"]] for one in people]
