"""The trail: append-only, sealed without forks, and every kind of tampering is named."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.audit import SYSTEM, Actor, AuditEntry, AuditSeal, record
from core.audit import sealer as sealer_module
from core.audit.sealer import hash_of, seal_trail
from core.audit.seals import root_of, unpack_leaves
from core.audit.tasks import seal_audit
from core.audit.verification import verify_trail

pytestmark = pytest.mark.django_db(transaction=True)


def act(number: int = 0, **values) -> AuditEntry:
    values = {"action": "case.open", "object_type": "cases.Case", "object_id": number} | values
    return record(by=SYSTEM, **values)


@pytest.fixture
def tampering() -> Iterator[Callable[[str], None]]:
    """Runs SQL as a superuser who has switched the triggers off."""

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute(sql)
            finally:
                cursor.execute("SET session_replication_role = origin")

    return run


@pytest.fixture
def sealed_entries(monkeypatch) -> list[AuditEntry]:
    """Twelve entries under three seals of four."""
    monkeypatch.setattr(sealer_module, "ENTRIES_PER_SEAL", 4)
    entries = [act(number) for number in range(12)]
    assert seal_trail() == 12
    assert AuditSeal.objects.count() == 3
    assert verify_trail().holds
    return entries


def test_record_stores_who_what_which_when_and_why(ana):
    portfolio = UUID("0192d3a0-0000-7000-8000-000000000001")

    entry = record(
        action="party.reveal",
        by=ana,
        object_type="loans.Party",
        object_id=portfolio,
        portfolio_id=str(portfolio),
        reason="borrower asked",
        data={"field": "phone"},
        count=3,
    )

    stored = AuditEntry.objects.get()
    assert stored.pk == entry.pk
    assert (stored.actor_kind, stored.actor_id, stored.actor_label) == ("user", "ana", "Ana Silva")
    assert (stored.object_id, stored.portfolio_id) == (str(portfolio), portfolio)
    assert (stored.reason, stored.data, stored.count) == ("borrower asked", {"field": "phone"}, 3)
    assert stored.at is not None


@pytest.mark.parametrize("wrong", [{"action": ""}, {"object_type": ""}, {"count": 0}])
def test_record_refuses_an_empty_line(wrong):
    with pytest.raises(ValueError, match="trail"):
        act(**wrong)
    assert not AuditEntry.objects.exists()


def test_actor_of_a_user():
    user = SimpleNamespace(is_authenticated=True, pk=7, get_full_name=lambda: "Ben Okoro")
    machine = SimpleNamespace(**vars(user), is_integration=True)

    assert Actor.of(user) == Actor(kind="user", id="7", label="Ben Okoro")
    assert Actor.of(machine).kind == "integration"
    with pytest.raises(ValueError, match="signed-in"):
        Actor.of(SimpleNamespace(is_authenticated=False))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET reason = 'x'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "UPDATE core_auditseal SET entry_count = 1",
        "DELETE FROM core_auditseal",
        "TRUNCATE core_auditseal",
    ],
)
def test_trail_is_append_only(statement):
    act()
    seal_trail()

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verify_trail().holds


def test_seals_chain_and_the_second_run_finds_nothing(sealed_entries):
    first, second, third = AuditSeal.objects.order_by("number")

    assert bytes(first.previous) == bytes(32)
    assert bytes(second.previous) == bytes(first.hash)
    assert bytes(third.previous) == bytes(second.hash)
    assert seal_trail() == 0


def test_entry_of_a_running_transaction_is_sealed_later(other_connection):
    with other_connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (actor_kind, actor_id, actor_label, action, object_type,"
            " object_id, reason, data, count)"
            " VALUES ('system', 's', 's', 'late', 't', '1', '', '{}', 1)"
        )
    act(1)
    assert seal_trail() == 0
    other_connection.commit()

    seal_audit()

    assert verify_trail().entry_count == 2
    assert verify_trail().holds


def test_sixteen_writers_make_no_forks_and_no_gaps(together):
    def write(writer: int) -> None:
        for number in range(25):
            with transaction.atomic():
                act(writer * 1000 + number)
            if number % 5 == 0:
                seal_trail()

    errors = [r for r in together([lambda w=w: write(w) for w in range(16)]) if r is not None]
    seal_trail()

    result = verify_trail()
    assert errors == []
    assert result.holds, result.fault
    assert (result.entry_count, result.unsealed_count) == (400, 0)
    previous = list(AuditSeal.objects.values_list("previous", flat=True))
    assert len({bytes(value) for value in previous}) == len(previous)  # no seal has two followers


def test_edited_entry_is_named(sealed_entries, tampering):
    bad = sealed_entries[5]
    tampering(f"UPDATE core_auditentry SET reason = 'never' WHERE id = {bad.pk}")
    assert verify_trail().fault == f"Entry {bad.pk} was edited after seal 2 closed over it."


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "actor_kind = 'user'",
        "actor_id = 'x'",
        "actor_label = 'x'",
        "action = 'x'",
        "object_type = 'x'",
        "object_id = 'x'",
        "portfolio_id = '0192d3a0-0000-7000-8000-000000000001'",
        """data = '{"a": 1}'""",
        "count = 2",
    ],
)
def test_every_column_is_under_the_seal(sealed_entries, tampering, change):
    tampering(f"UPDATE core_auditentry SET {change} WHERE id = {sealed_entries[0].pk}")
    assert f"Entry {sealed_entries[0].pk} was edited" in verify_trail().fault


@pytest.mark.parametrize("position", [0, 5, 11])
def test_deleted_entry_is_named(sealed_entries, tampering, position):
    bad = sealed_entries[position]
    tampering(f"DELETE FROM core_auditentry WHERE id = {bad.pk}")
    assert f"Entry {bad.pk} was deleted" in verify_trail().fault


def test_inserted_entry_is_named(sealed_entries, tampering):
    tampering(
        "INSERT INTO core_auditentry (xid, actor_kind, actor_id, actor_label, action,"
        " object_type, object_id, reason, data, count)"
        f" VALUES ('{sealed_entries[5].xid}', 'system', 's', 's', 'a', 't', '1', '', '{{}}', 1)"
    )
    added = AuditEntry.objects.order_by("-pk")[0].pk
    assert verify_trail().fault == f"Entry {added} was inserted into the range of seal 2."


def test_swapped_entries_are_named(sealed_entries, tampering):
    one, two = sealed_entries[1], sealed_entries[2]
    tampering(
        f"UPDATE core_auditentry SET object_id = CASE id WHEN {one.pk} THEN '{two.object_id}'"
        f" ELSE '{one.object_id}' END WHERE id IN ({one.pk}, {two.pk})"
    )
    assert f"Entry {one.pk} was edited" in verify_trail().fault


def test_entry_moved_in_time_is_named(sealed_entries, tampering):
    bad, last = sealed_entries[1], sealed_entries[11]
    tampering(f"UPDATE core_auditentry SET xid = '{last.xid + 50}' WHERE id = {bad.pk}")
    assert f"Entry {bad.pk} was moved to another place" in verify_trail().fault


def test_missing_seal_is_named(sealed_entries, tampering):
    tampering("DELETE FROM core_auditseal WHERE number = 2")
    assert verify_trail().fault == "Seal 2 is missing; the next one found is 3."


def test_edited_seal_is_named(sealed_entries, tampering):
    tampering("UPDATE core_auditseal SET entry_count = 3 WHERE number = 2")
    assert "Seal 2 was edited" in verify_trail().fault


def test_entry_and_seal_rewritten_break_the_chain(sealed_entries, tampering):
    # Somebody who knows how: entry edited, its leaf, root and hash computed anew.
    tampering(f"UPDATE core_auditentry SET reason = 'x' WHERE id = {sealed_entries[5].pk}")
    rewrite_seal(2, tampering)

    assert verify_trail().fault.startswith("Seal 3 does not follow the seal before it")


def test_cut_tail_and_full_rewrite_are_caught_by_a_head_noted_elsewhere(sealed_entries, tampering):
    noted = verify_trail().head
    tampering("DELETE FROM core_auditseal WHERE number = 3")
    assert verify_trail().holds  # a chain alone cannot know
    assert "cut or rewritten" in verify_trail(expected_head=noted).fault

    seal_trail()
    assert verify_trail(expected_head=noted).holds  # nothing was changed: the same seal again

    tampering(f"UPDATE core_auditentry SET reason = 'x' WHERE id = {sealed_entries[11].pk}")
    rewrite_seal(3, tampering)
    assert verify_trail().holds
    assert "cut or rewritten" in verify_trail(expected_head=noted).fault


def rewrite_seal(number: int, tampering) -> None:
    from core.audit.queries import as_sealed, entries_between
    from core.audit.seals import leaf_of, pack_leaves

    seal = AuditSeal.objects.get(number=number)
    before = AuditSeal.objects.filter(number=number - 1).first()
    after = (before.last_xid, before.last_id) if before else (0, 0)
    range_ = entries_between(after, (seal.last_xid, seal.last_id))
    seal.leaves = pack_leaves([leaf_of(entry) for entry in as_sealed(range_)])
    seal.root = root_of(seal.leaves)
    seal.hash = hash_of(seal)
    tampering(
        f"UPDATE core_auditseal SET leaves = '\\x{seal.leaves.hex()}',"
        f" root = '\\x{seal.root.hex()}', hash = '\\x{seal.hash.hex()}' WHERE number = {number}"
    )


def test_command_tells_and_exits(sealed_entries, tampering):
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_audit", stdout=out)
    assert "3 seals over 12 entries checked, 0 entries not sealed yet." in out.getvalue()
    assert "The trail holds." in out.getvalue()

    tampering(f"DELETE FROM core_auditentry WHERE id = {sealed_entries[0].pk}")
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_audit", stdout=out, stderr=err)

    assert exit_.value.code == 1
    assert f"Entry {sealed_entries[0].pk} was deleted" in err.getvalue()


def test_seal_command():
    act()
    out = io.StringIO()
    call_command("seal_audit", stdout=out)
    assert out.getvalue() == "1 entries sealed.\n"


def test_cut_leaves_are_refused():
    with pytest.raises(ValueError, match="cut"):
        list(unpack_leaves(b"short"))
