"""The search of a run's log finds what was planted, and only that."""

from __future__ import annotations

import json
import logging
import logging.config
from pathlib import Path

import pytest

from config.logs import logging_config
from config.verification import leaks
from tests import planted_values


@pytest.fixture
def run(tmp_path):
    """Writes one entry through the handler of a server and searches it for the values."""
    config = logging_config(level="INFO", readable=False)
    formatter = logging.config.DictConfigurator(config).configure_formatter(
        config["formatters"]["structured"]
    )

    def searched(words: str, *values: str) -> list[leaks.Leak]:
        record = logging.LogRecord("loans.party", logging.INFO, "x.py", 1, words, (), None)
        (tmp_path / "1.log").write_text(formatter.format(record) + "\n", encoding="utf-8")
        (tmp_path / "1.planted").write_text("\n".join(values) + "\n", encoding="utf-8")
        return leaks.search(tmp_path)

    return searched


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("registered Dana Reed 7 today", "Dana Reed 7"),
        ("拨打王伟失败", "王伟"),
        ("row of 44-0105-1999 refused", "44-0105-1999"),
        ("called 415555012, no answer", "+1415555012"),
        ("note: will sell the tractor", "will sell the tractor"),
    ],
)
def test_a_planted_value_is_found_and_not_repeated(run, words, value, capsys, tmp_path):
    found = run(words, value, "another value")

    assert [(leak.log, leak.line, leak.event) for leak in found] == [("1.log", 1, "loans.party")]
    assert leaks.main([str(tmp_path)]) == 1
    assert value not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("closed 2026-03-01", "2026-03-01"),
        ("id 0192f0c1-1234567890-7c3a", "1234567890"),
        ("seal 91234567890", "1234567890"),
        ("Danae Reeds came", "Danae Reed"),
        ("state ok", "ok"),
        ("call +86 138 0013 8000", "+8613800138000"),
    ],
)
def test_what_is_no_leak_is_none(run, words, value):
    assert run(words, value) == []


def test_a_run_that_kept_nothing_is_not_taken_for_a_clean_one(tmp_path, capsys):
    assert leaks.main([str(tmp_path)]) == 1
    (tmp_path / "1.log").touch()
    (tmp_path / "1.planted").touch()
    assert leaks.main([str(tmp_path)]) == 1
    assert "nothing was searched" in capsys.readouterr().out


def test_what_is_sealed_is_remembered(monkeypatch):
    monkeypatch.setattr(planted_values, "_planted", set())
    row = {"full_name": "Dana Reed", "amount": "100.00", "phone": "+14155550123"}

    planted_values.remember_sealed(json.dumps(row).encode())
    planted_values.remember_sealed(b"will sell the tractor")
    planted_values.remember_sealed(b"\xff\xfe")

    assert planted_values._planted == {"Dana Reed", "+14155550123", "will sell the tractor"}


def test_every_seal_passes_the_cipher_that_remembers():
    """Whoever seals with a cipher of their own would hide values from the search."""
    root = Path(__file__).resolve().parent.parent.parent
    using = {
        path.relative_to(root).as_posix()
        for folder in ("core", "accounts", "loans", "compliance", "collections_app", "config")
        for path in (root / folder).rglob("*.py")
        if "AESGCM" in path.read_text(encoding="utf-8")
    }

    assert using == {
        "core/encryption/keyring.py",  # wraps keys
        "core/encryption/sealing.py",  # seals values
        "core/files/sealed_stream.py",  # whole files
    }
