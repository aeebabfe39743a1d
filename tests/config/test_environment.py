"""Variables are read strictly: a wrong value is named, never guessed at."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

env = Environment()
KEY = base64.b64encode(b"k" * 32).decode()


def test_a_file_stands_in_for_a_value(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.delenv("LENDER", raising=False)
    monkeypatch.setenv("LENDER_FILE", str(secret))

    assert env.text("LENDER") == "from the file"
    assert env.is_set("LENDER")


def test_a_file_that_cannot_be_read_is_named(monkeypatch):
    monkeypatch.setenv("LENDER_FILE", "/nowhere/secret")

    with pytest.raises(ImproperlyConfigured, match="LENDER_FILE=/nowhere/secret cannot be read"):
        env.text("LENDER")


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("LENDER", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"LENDER is not set. See .env.example"):
        env.text("LENDER")


@pytest.mark.parametrize(("raw", "value"), [("True", True), ("0", False), (" false ", False)])
def test_flags(monkeypatch, raw, value):
    monkeypatch.setenv("SWITCH", raw)

    assert env.flag("SWITCH", default=not value) is value


@pytest.mark.parametrize("raw", ["yes", "on", "", "2"])
def test_a_flag_is_not_guessed(monkeypatch, raw):
    monkeypatch.setenv("SWITCH", raw)

    with pytest.raises(ImproperlyConfigured, match="SWITCH must be True or False"):
        env.flag("SWITCH", default=False)


@pytest.mark.parametrize("raw", ["-1", "1.5", "many"])
def test_numbers_are_whole_and_not_negative(monkeypatch, raw):
    monkeypatch.setenv("COUNT", raw)

    with pytest.raises(ImproperlyConfigured, match="COUNT must be a whole number"):
        env.number("COUNT", default=1)


def test_lists_drop_blanks(monkeypatch):
    monkeypatch.setenv("HOSTS", " a.example , ,b.example,")

    assert env.items("HOSTS") == ["a.example", "b.example"]


def test_a_row_of_numbers_is_read_in_its_order_and_not_guessed(monkeypatch):
    assert env.numbers("WAITS", default=(30, 120)) == (30, 120)
    monkeypatch.setenv("WAITS", "5, 60,600")
    assert env.numbers("WAITS", default=(30,)) == (5, 60, 600)

    for raw in (",", "0,5", "5,-1", "soon"):
        monkeypatch.setenv("WAITS", raw)
        with pytest.raises(ImproperlyConfigured, match="WAITS must be whole numbers"):
            env.numbers("WAITS", default=(30,))


def test_versioned_keys(monkeypatch):
    monkeypatch.setenv("KEYS", f"1:{KEY},2:{KEY}")

    assert env.versioned_keys("KEYS") == {1: b"k" * 32, 2: b"k" * 32}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "KEYS is empty"),
        (f"1:{KEY},1:{KEY}", "needs a new whole number"),
        (KEY, "needs a new whole number"),
        ("1:%%%", "not valid base64"),
        ("1:c2hvcnQ=", "must hold 32 bytes, not 5"),
    ],
)
def test_keys_that_would_not_protect_are_refused(monkeypatch, raw, reason):
    monkeypatch.setenv("KEYS", raw)

    with pytest.raises(ImproperlyConfigured, match=reason):
        env.versioned_keys("KEYS")


def test_a_short_signing_secret_is_refused(monkeypatch):
    monkeypatch.setenv("SIGNING", "short")

    with pytest.raises(ImproperlyConfigured, match="at least 50 characters"):
        env.secret("SIGNING")


def test_a_socket_directory_as_host(monkeypatch):
    monkeypatch.setenv("STORE", "postgres://ana:p%40ss@/books?host=/run/postgresql")

    store = env.database("STORE")

    assert (store["USER"], store["PASSWORD"], store["NAME"]) == ("ana", "p@ss", "books")
    assert store["HOST"] == "/run/postgresql"
    assert store["OPTIONS"] == {}


@pytest.mark.parametrize("address", ["sqlite:///books.db", "mysql://ana@host/books"])
def test_only_postgresql(monkeypatch, address):
    monkeypatch.setenv("STORE", address)

    with pytest.raises(ImproperlyConfigured, match="PostgreSQL 15 to 18 is the only database"):
        env.database("STORE")
