"""Every pair of colours that meets on a page is legible in both themes (WCAG 1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR, "static/css/tokens.css").read_text(encoding="utf-8")

STRONGER = Path(settings.BASE_DIR, "static/css/contrast.css").read_text(encoding="utf-8")

GROUNDS = ("bg", "surface", "sunken", "hover")
TEXTS = ("text", "text-2", "text-3", "primary", "danger", "success", "warning", "info")
MEANINGS = ("primary", "danger", "success", "warning", "info")

TEXT_PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((text, f"{meaning}-soft") for text in ("text", "text-2") for meaning in MEANINGS),
    *((meaning, f"{meaning}-soft") for meaning in MEANINGS),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    *((f"on-bucket-{level}", f"bucket-{level}") for level in range(6)),
]
SHAPE_PAIRS = [
    *(("border-strong", ground) for ground in ("bg", "surface")),
    *(("focus", ground) for ground in GROUNDS),
    *((meaning, ground) for meaning in MEANINGS for ground in GROUNDS),
]


def _blocks() -> dict[str, dict[str, str]]:
    found = {}
    for name, start in {
        "light": ":root,\n",
        "dark": ':root[data-theme="dark"]',
        "device": ":root:not(",
    }.items():
        body = (
            TOKENS.split(start, 1)[1]
            .split("{", 1)[1]
            .split("\n  }" if name != "light" else "\n}")[0]
        )
        found[name] = dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
    return found


BLOCKS = _blocks()
THEMES = {"light": BLOCKS["light"], "dark": BLOCKS["light"] | BLOCKS["dark"]}


def _luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Returns the WCAG contrast ratio of two #RRGGBB colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_agrees_with_its_two_fixed_points() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS, ids=lambda pair: pair)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    tokens = THEMES[theme]

    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS, ids=lambda pair: pair)
def test_shapes_stand_out_from_their_ground(theme: str, shape: str, ground: str) -> None:
    tokens = THEMES[theme]

    assert contrast(tokens[shape], tokens[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_buckets_are_told_apart_without_hue(theme: str) -> None:
    fills = [_luminance(THEMES[theme][f"bucket-{level}"]) for level in range(6)]
    steps = fills if theme == "dark" else fills[::-1]

    assert steps == sorted(steps), "the fill must change steadily in one direction with age"


def test_the_two_dark_sets_are_the_same() -> None:
    assert BLOCKS["dark"] == BLOCKS["device"]


def test_dark_names_no_token_that_light_lacks() -> None:
    assert set(BLOCKS["dark"]) <= set(BLOCKS["light"])


def _stronger(selector: str) -> dict[str, str]:
    body = STRONGER.split(selector, 1)[1].split("{", 1)[1].split("\n  }")[0]
    return dict(re.findall(r"--([\w-]+):\s*var\(--([\w-]+)\);", body))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"), [pair for pair in TEXT_PAIRS if "bucket" not in pair[0]], ids=lambda p: p
)
def test_more_contrast_is_more(theme: str, text: str, ground: str) -> None:
    """With more contrast words keep to the stricter 7:1 (WCAG 1.4.6)."""
    renamed, tokens = _stronger(':root[data-contrast="more"]'), THEMES[theme]

    assert contrast(tokens[renamed.get(text, text)], tokens[renamed.get(ground, ground)]) >= 7


def test_the_person_and_the_system_ask_for_the_same_contrast() -> None:
    asked = _stronger(':root[data-contrast="more"]')

    assert asked
    assert asked == _stronger(':root:not([data-contrast="less"])')
