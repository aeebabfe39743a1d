"""Personal data: sealed to its place, found by blind index, erased with its key."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.audit import AuditEntry
from core.encryption import (
    DataKey,
    DecryptionFailed,
    KeyDestroyed,
    MasterKeyMissing,
    blind_index,
    destroy,
    key_id_of,
    last4_index,
    new_data_key,
    new_data_keys,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from core.encryption.keyring import unwrap
from core.encryption.services import rewrap_batch

pytestmark = pytest.mark.django_db

HERE = {"table": "loans_party", "column": "sealed_phone", "row_id": "row-1"}
NEW_MASTER_KEY = b"n" * 32


@pytest.fixture
def key() -> DataKey:
    return new_data_key()


@pytest.fixture
def two_master_keys(settings):
    """An installation that has just added master key 2."""
    settings.DATA_KEYS = {**settings.DATA_KEYS, 2: NEW_MASTER_KEY}
    return settings


def test_what_is_sealed_opens_again(key):
    sealed = seal(key=key, plaintext="+86 138 1234 5678 张伟", **HERE)

    stored = DataKey.objects.get(pk=key.pk)
    assert unseal(key=stored, sealed=sealed, **HERE) == "+86 138 1234 5678 张伟"
    assert unseal(key=stored, sealed=memoryview(sealed), **HERE) == "+86 138 1234 5678 张伟"
    assert key_id_of(sealed) == key.pk
    assert b"138" not in sealed


def test_empty_text_and_bytes(key):
    assert unseal(key=key, sealed=seal(key=key, plaintext="", **HERE), **HERE) == ""
    raw = bytes(range(256))
    assert unseal_bytes(key=key, sealed=seal_bytes(key=key, plaintext=raw, **HERE), **HERE) == raw


def test_equal_text_seals_differently(key):
    assert seal(key=key, plaintext="a", **HERE) != seal(key=key, plaintext="a", **HERE)


def test_every_flipped_byte_is_an_error(key):
    sealed = seal(key=key, plaintext="13812345678", **HERE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(DecryptionFailed):
            unseal(key=key, sealed=bytes(changed), **HERE)


@pytest.mark.parametrize("length", [0, 1, 20, 44])
def test_cut_value_is_an_error(key, length):
    sealed = seal(key=key, plaintext="13812345678", **HERE)
    with pytest.raises(DecryptionFailed):
        unseal(key=key, sealed=sealed[:length], **HERE)


@pytest.mark.parametrize(
    "other", [{"table": "loans_other"}, {"column": "sealed_email"}, {"row_id": "row-2"}]
)
def test_value_moved_to_another_place_is_rejected(key, other):
    sealed = seal(key=key, plaintext="words of hers", **HERE)
    with pytest.raises(DecryptionFailed, match="changed or moved"):
        unseal(key=key, sealed=sealed, **(HERE | other))


def test_values_swapped_between_two_people_are_rejected(key):
    other = new_data_key()
    sealed = seal(key=other, plaintext="words of hers", **HERE)
    with pytest.raises(DecryptionFailed, match="another data key"):
        unseal(key=key, sealed=sealed, **HERE)


def test_wrapped_keys_swapped_between_rows_are_rejected(key):
    other = new_data_key()
    key.wrapped = other.wrapped
    with pytest.raises(DecryptionFailed, match="does not open"):
        seal(key=key, plaintext="x", **HERE)


def test_destroyed_key_opens_nothing(key):
    sealed = seal(key=key, plaintext="words of hers", **HERE)

    destroy(DataKey.objects.get(pk=key.pk))

    stored = DataKey.objects.get(pk=key.pk)
    assert (stored.wrapped, stored.destroyed_at is not None) == (None, True)
    with pytest.raises(KeyDestroyed, match="erased"):
        unseal(key=stored, sealed=sealed, **HERE)
    with pytest.raises(KeyDestroyed):
        seal(key=stored, plaintext="more", **HERE)


def test_destroying_twice_keeps_the_first_moment(key):
    destroy(key)
    moment = key.destroyed_at
    destroy(key)
    assert key.destroyed_at == moment


def test_database_refuses_a_key_neither_wrapped_nor_destroyed(key):
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.filter(pk=key.pk).update(wrapped=None)


def test_database_holds_no_plain_key(key):
    plain = unwrap(key_id=key.pk, version=key.key_version, wrapped=bytes(key.wrapped))
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM core_datakey WHERE id = %s", [key.pk])
        stored = bytes(cursor.fetchone()[0])
    assert plain not in stored
    assert len(plain) == 32


def test_many_keys_at_once():
    keys = new_data_keys(2500)
    assert DataKey.objects.count() == 2500
    assert len({bytes(key.wrapped) for key in keys}) == 2500


class TestRotation:
    def test_all_keys_move_and_all_values_stay_readable(self, two_master_keys):
        two_master_keys.DATA_KEYS.pop(2)
        keys = new_data_keys(12)
        values = [seal(key=key, plaintext=f"v{n}", **HERE) for n, key in enumerate(keys)]
        destroy(keys[11])
        two_master_keys.DATA_KEYS = {**two_master_keys.DATA_KEYS, 2: NEW_MASTER_KEY}

        assert rewrap_batch(limit=5) == 5  # and here it is killed
        call_command("rotate_data_keys")

        two_master_keys.DATA_KEYS = {2: NEW_MASTER_KEY}  # the old one can go now
        stored = [DataKey.objects.get(pk=key.pk) for key in keys[:11]]
        assert {key.key_version for key in stored} == {2}
        opened = [unseal(key=k, sealed=v, **HERE) for k, v in zip(stored, values, strict=False)]
        assert opened == [f"v{number}" for number in range(11)]
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.count) == ("datakey.rotate", 6)

    def test_rotation_does_not_hold_up_who_reads_meanwhile(self, key, two_master_keys):
        sealed = seal(key=key, plaintext="v", **HERE)
        stale = DataKey.objects.get(pk=key.pk)
        rewrap_batch()
        assert unseal(key=stale, sealed=sealed, **HERE) == "v"

    def test_new_keys_take_the_highest_version(self, two_master_keys):
        assert new_data_key().key_version == 2

    def test_missing_master_key_says_what_to_do(self, key, settings):
        settings.DATA_KEYS = {3: NEW_MASTER_KEY}
        unwrap.cache_clear()
        with pytest.raises(MasterKeyMissing, match="put it back, run rotate_data_keys"):
            seal(key=key, plaintext="x", **HERE)
        with pytest.raises(MasterKeyMissing):
            rewrap_batch()
        assert DataKey.objects.get(pk=key.pk).key_version == 1


class TestBlindIndex:
    def test_same_value_same_index_of_32_bytes(self):
        index = blind_index(kind="phone", normalised="+8613812345678")
        assert index == blind_index(kind="phone", normalised="+8613812345678")
        assert len(index) == 32

    def test_kinds_are_apart(self):
        phone = blind_index(kind="phone", normalised="5678")
        assert phone != blind_index(kind="email", normalised="5678")
        assert phone != last4_index(kind="phone", last4="5678")

    def test_last_four_of_a_longer_value(self):
        assert last4_index(kind="phone", last4="13812345678") == last4_index(
            kind="phone", last4="5678"
        )

    def test_another_secret_gives_another_index(self, settings):
        before = blind_index(kind="phone", normalised="1")
        settings.BLIND_INDEX_KEY = base64.b64decode("eHh4" * 10 + "eHh4")[:32]
        assert blind_index(kind="phone", normalised="1") != before

    def test_nothing_has_no_index(self):
        with pytest.raises(ValueError, match="store null"):
            blind_index(kind="phone", normalised="")


def test_refusal_of_card_numbers_is_a_validation_error():
    from core.encryption import refuse_card_numbers

    with pytest.raises(ValidationError, match="payment card number"):
        refuse_card_numbers("pay with 4111 1111 1111 1111 please")
