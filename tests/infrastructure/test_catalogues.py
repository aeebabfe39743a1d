"""Translation catalogues compile without system packages, and faults are named."""

from __future__ import annotations

import gettext

import pytest
from django.core.management import CommandError, call_command

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def test_a_catalogue_is_compiled(catalogue):
    catalogue.write_text(HEADER + 'msgid "Case"\nmsgstr "案件"\n', encoding="utf-8")

    call_command("compile_catalogues", verbosity=0)

    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Case") == "案件"


def test_what_is_untranslated_is_listed(catalogue):
    catalogue.write_text(HEADER + 'msgid "Case"\nmsgstr ""\n', encoding="utf-8")

    with pytest.raises(CommandError, match="translate 'Case'"):
        call_command("compile_catalogues", "--check", verbosity=0)


def test_a_broken_catalogue_is_named(catalogue):
    catalogue.write_text('msgid "Case"\nnonsense\n', encoding="utf-8")

    with pytest.raises(CommandError, match=r"django\.po"):
        call_command("compile_catalogues", verbosity=0)
