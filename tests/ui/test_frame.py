"""Every page of the frame as HTML: language, theme, landmarks, one heading, labelled fields."""

from __future__ import annotations

import re
from functools import cache

import pytest
from django.test import Client

from tests.ui.samples import PAGES

pytestmark = pytest.mark.urls("tests.ui.gallery_urls")


@cache
def _html(name: str, **query: str) -> str:
    response = Client().get(f"/{name}/", query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_a_main_part_and_a_skip_link(name: str) -> None:
    html = _html(name)

    assert len(re.findall(r"<h1\b", html)) == 1
    assert len(re.findall(r"<main\b", html)) == 1
    assert 'id="main"' in html
    if not name.isdigit():
        assert 'class="skip-link" href="#main"' in html


@pytest.mark.parametrize("name", PAGES)
def test_language_and_theme_come_from_the_server(name: str) -> None:
    html = _html(name, language="zh-hans", theme="dark")

    assert re.search(r'<html lang="zh-Hans" data-theme="dark"', html)


@pytest.mark.parametrize("name", PAGES)
def test_every_id_is_used_once(name: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', _html(name))

    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)


@pytest.mark.parametrize("name", PAGES)
def test_every_field_has_a_label(name: str) -> None:
    html = _html(name)
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', html))

    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", html):
        if 'type="hidden"' in tag or "aria-label=" in tag:
            continue
        found = re.search(r'\sid="([^"]+)"', tag)
        assert found is not None, tag
        assert found.group(1) in labelled, tag


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_at_most_one_filled_button(name: str) -> None:
    if name != "components":
        assert _html(name).count("button--primary") <= 1


def test_names_and_numbers_of_people_are_not_offered_for_translation() -> None:
    html = _html("case")

    assert 'class="masked" translate="no" lang="zh-Hans"' in html


def test_a_refused_form_ties_its_sentences_to_its_fields() -> None:
    html = _html("case-refused")

    assert 'role="alert" tabindex="-1" data-takes-focus' in html
    for field in re.findall(r'href="#(id_\w+)"', html):
        assert f'id="{field}"' in html
        assert f'id="{field}_error"' in html
