"""Files: sealed on disk, whole or not at all, refused when changed."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile

import pytest
from django.db import transaction

from core.encryption import DataKey, DecryptionFailed, KeyDestroyed, new_data_key
from core.files import FileMissing, FileTooLarge, StoredFile, erase, name_of, open_stored, store
from core.files import services as file_services
from core.files.sealed_stream import CHUNK
from core.files.services import path_of

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "电话 13812345678".encode()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def put(content: bytes = SECRET, **other) -> StoredFile:
    return store(content=io.BytesIO(content), name="张伟 loans.csv", **other)


def files_in(folder) -> list[str]:
    return [name for _path, _folders, names in os.walk(folder) for name in names]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17])
def test_content_comes_back(size):
    content = os.urandom(size)

    stored = StoredFile.objects.get(pk=put(content).pk)

    assert (stored.size, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    with open_stored(stored) as reader:
        assert reader.read() == content
    assert name_of(stored) == "张伟 loans.csv"


def test_disk_and_database_hold_nothing_in_clear(media):
    stored = put(SECRET * 10_000)
    raw = path_of(stored).read_bytes()
    assert b"13812345678" not in raw
    assert "张伟".encode() not in bytes(stored.sealed_name)
    assert "张伟" not in str(path_of(stored))
    assert path_of(stored).stat().st_mode & 0o077 == 0


def test_any_place_can_be_read():
    content = bytes(range(256)) * 1024
    with open_stored(put(content)) as reader:
        for place, length in ((0, 5), (CHUNK - 3, 10), (200_000, 1000), (len(content) - 2, 50)):
            reader.seek(place)
            assert reader.read(length) == content[place : place + length]
        reader.seek(-4, io.SEEK_END)
        assert reader.read() == content[-4:]
        reader.seek(len(content) + 100)
        assert reader.read() == b""


def test_archive_can_be_opened_in_place():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "hello" * 50_000)
    with open_stored(put(buffer.getvalue())) as reader, zipfile.ZipFile(reader) as archive:
        assert archive.read("a.txt")[:5] == b"hello"


def test_changed_byte_is_refused():
    stored = put(SECRET * 10_000)
    raw = bytearray(path_of(stored).read_bytes())
    raw[len(raw) // 2] ^= 1
    path_of(stored).write_bytes(raw)
    with open_stored(stored) as reader, pytest.raises(DecryptionFailed, match="changed or cut"):
        reader.read()


@pytest.mark.parametrize("chunks_left", [0, 1, 2])
def test_cut_file_is_refused_also_at_a_chunks_end(chunks_left):
    stored = put(os.urandom(3 * CHUNK))
    raw = path_of(stored).read_bytes()
    path_of(stored).write_bytes(raw[: chunks_left * (CHUNK + 28)])
    with open_stored(stored) as reader, pytest.raises(DecryptionFailed):
        reader.read()


def test_chunks_swapped_within_a_file_are_refused():
    stored = put(os.urandom(3 * CHUNK))
    raw, length = path_of(stored).read_bytes(), CHUNK + 28
    path_of(stored).write_bytes(raw[length : 2 * length] + raw[:length] + raw[2 * length :])
    with open_stored(stored) as reader, pytest.raises(DecryptionFailed):
        reader.read(10)


def test_files_swapped_under_one_key_are_refused():
    key = new_data_key()
    one, two = put(b"one", key=key), put(b"two", key=key)
    path_of(one).write_bytes(path_of(two).read_bytes())
    with open_stored(one) as reader, pytest.raises(DecryptionFailed):
        reader.read()


def test_too_large_leaves_nothing(media):
    with pytest.raises(FileTooLarge, match="larger than 10 bytes"):
        put(b"x" * 11, max_size=10)
    assert put(b"x" * 10, max_size=10).size == 10
    assert StoredFile.objects.count() == 1
    assert len(files_in(media)) == 1


def test_full_disk_leaves_nothing(media, monkeypatch):
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_services.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        put()
    assert files_in(media) == []
    assert not StoredFile.objects.exists()
    assert not DataKey.objects.exists()


def test_disk_that_lies_is_found_out(media, monkeypatch):
    monkeypatch.setattr(file_services.hashlib, "file_digest", lambda *a: hashlib.sha256(b"other"))
    with pytest.raises(DecryptionFailed, match="something else"):
        put()
    assert files_in(media) == []
    assert not StoredFile.objects.exists()


def test_missing_file_is_named():
    stored = put()
    path_of(stored).unlink()
    with pytest.raises(FileMissing, match=str(stored.pk)):
        open_stored(stored)


def test_erased_file_is_gone_with_its_own_key(media):
    stored = put()
    erase(stored)
    stored = StoredFile.objects.get()
    assert stored.data_key.destroyed_at is not None
    assert files_in(media) == []
    with pytest.raises(KeyDestroyed):
        open_stored(stored)


def test_erasing_a_file_spares_the_key_of_its_person(media):
    key = new_data_key()
    erase(put(key=key))
    key.refresh_from_db()
    assert key.destroyed_at is None
    assert files_in(media) == []


def test_rolled_back_erasure_keeps_the_file():
    stored = put()
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        erase(stored)
        raise RuntimeError
    with open_stored(StoredFile.objects.get()) as reader:
        assert reader.read() == SECRET
