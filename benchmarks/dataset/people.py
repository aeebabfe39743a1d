"""The people of the book: invented, sealed for real under a key of their own, and searchable."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from psycopg2.extensions import connection as Connection

from benchmarks.dataset.names import Name, american_name, chinese_name
from core.encryption import blind_index, last4_index, mask_address, mask_phone, seal
from core.encryption.keyring import KEY_LENGTH, current_version, wrap
from core.encryption.models import DataKey
from loans.borrowers.normalising import resident_check_digit

_CHUNK = 5_000
_CREATED_AT = "2023-01-01 09:00:00+00"
_STREETS = (
    "科技园南路",
    "后海大道",
    "体育西路",
    "文三路",
    "古墩路",
    "人民南路",
    "天元中路",
    "湖滨南路",
)
#: Column names of each table, in the order of the lines made here.
_COLUMNS = {
    "core_datakey": "id, wrapped, key_version, created_at",
    "loans_party": "id, namespace, customer_no, kind, full_name, name_bigrams, name_sort_key,"
    " salutation, language, data_key_id, id_number, id_number_index, id_number_last4_index,"
    " created_at",
    "loans_contactpoint": "id, party_id, kind, place, value, value_index, last4_index, masked,"
    " time_zones, created_at",
    "loans_address": "id, party_id, kind, text, text_index, masked, country, region, city,"
    " time_zones, is_current, created_at",
}


@dataclass(slots=True)
class Lines:
    """Rows of one chunk as COPY reads them, by table, parents first."""

    by_table: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})

    def add(self, table: str, *values: str) -> None:
        self.by_table[table].append("\t".join(values))


def load_people(connection: Connection, *, people: Iterable[int], side_from: int) -> None:
    """Writes parties with their keys, ids, numbers and addresses.

    Arguments: people, the numbers of the loans whose borrower is a person of its own; from
    side_from on they belong to the second portfolio.
    """
    for chunk in _chunks(people):
        lines = Lines()
        for number in chunk:
            is_side = number >= side_from
            name = (american_name if is_side else chinese_name)(_hash(number))
            _add_person(lines, number, name, is_side)
        _copy(connection, lines)


def identifier(kind: str, number: int) -> UUID:
    """Returns what `bench.id` returns in SQL: version 7, growing with the number."""
    digest = hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()
    return UUID(f"{1672531200000 + number * 60000:012x}7{digest[:3]}8{digest[3:18]}")


def phone_of(number: int, *, is_side: bool) -> str:
    """Returns the phone number of a person in E.164."""
    if is_side:
        return f"+1512{2 + number % 8}{_hash(number) % 10**6:06d}"
    return f"+861{(38, 39, 50, 86)[number % 4]}{_hash(number) % 10**8:08d}"


def id_number_of(number: int, *, is_side: bool) -> str:
    """Returns the id number of a person, with a check digit that fits where there is one."""
    if is_side:
        return f"9{number % 10**8:08d}"
    first_17 = f"4403051{9 * 100 + 60 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}"
    first_17 = first_17[:14] + f"{_hash(number) % 1000:03d}"
    return first_17 + resident_check_digit(first_17)


def _add_person(lines: Lines, number: int, name: Name, is_side: bool) -> None:
    party, key = identifier("party", number), _add_key(lines, number)
    id_number = id_number_of(number, is_side=is_side)
    sealed_id = seal(
        key=key, plaintext=id_number, table="loans_party", column="id_number", row_id=party
    )
    lines.add(
        "loans_party", str(party), "prairie" if is_side else "metro", f"C{number:09d}", "person",
        name.text, name.bigrams, name.sort_key, "", "en" if is_side else "zh-hans", str(key.pk),
        _hex(sealed_id), _hex(blind_index(kind="id_number", normalised=id_number)),
        _hex(last4_index(kind="id_number", last4=id_number[-4:])), _CREATED_AT,
    )  # fmt: skip
    _add_phone(lines, number, party, key, is_side)
    _add_address(lines, number, party, key, is_side)


def _add_key(lines: Lines, number: int) -> DataKey:
    key_id, version = identifier("key", number), current_version()
    wrapped = wrap(key_id=key_id, version=version, plain_key=os.urandom(KEY_LENGTH))
    lines.add("core_datakey", str(key_id), _hex(wrapped), str(version), _CREATED_AT)
    return DataKey(id=key_id, key_version=version, wrapped=wrapped)


def _add_phone(lines: Lines, number: int, party: UUID, key: DataKey, is_side: bool) -> None:
    pk, phone = identifier("phone", number), phone_of(number, is_side=is_side)
    value = seal(key=key, plaintext=phone, table="loans_contactpoint", column="value", row_id=pk)
    zone = "America/Chicago" if is_side else "Asia/Shanghai"
    lines.add(
        "loans_contactpoint", str(pk), str(party), "phone", "mobile", _hex(value),
        _hex(blind_index(kind="phone", normalised=phone)),
        _hex(last4_index(kind="phone", last4=phone[-4:])), mask_phone(phone), f"{{{zone}}}",
        _CREATED_AT,
    )  # fmt: skip


def _add_address(lines: Lines, number: int, party: UUID, key: DataKey, is_side: bool) -> None:
    pk = identifier("address", number)
    if is_side:
        text, country, region, city = (
            f"{number} Maple Street, Austin, TX 78701",
            "US",
            "TX",
            "Austin",
        )
        zone = "America/Chicago"
    else:
        street = _STREETS[number % len(_STREETS)]
        text, country, region, city = f"广东省深圳市{street}{number % 900}号", "CN", "广东", "深圳"
        zone = "Asia/Shanghai"
    sealed = seal(key=key, plaintext=text, table="loans_address", column="text", row_id=pk)
    index = blind_index(kind="address", normalised=f"{country}|{text.casefold()}")
    lines.add(
        "loans_address", str(pk), str(party), "home", _hex(sealed), _hex(index), mask_address(text),
        country, region, city, f"{{{zone}}}", "t", _CREATED_AT,
    )  # fmt: skip


def _copy(connection: Connection, lines: Lines) -> None:
    with connection.cursor() as cursor:
        for table, rows in lines.by_table.items():
            data = io.StringIO("\n".join(rows) + "\n")
            cursor.copy_expert(f"COPY {table} ({_COLUMNS[table]}) FROM STDIN", data)


def _chunks(people: Iterable[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for number in people:
        chunk.append(number)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _hash(number: int) -> int:
    """A number of 32 bits that looks like chance and is the same in every run."""
    mixed = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return mixed >> 32


def _hex(value: bytes) -> str:
    """Bytes as COPY reads them in text form."""
    return f"\\\\x{value.hex()}"
