"""Pictures that visits of the demonstration show: drawn, of no place and no car there is."""

from __future__ import annotations

import io
from random import Random
from typing import IO, Final

from PIL import Image, ImageDraw

_SIZE: Final = (960, 720)
_WALLS: Final = ("#b9a58a", "#a8b5b0", "#c4b7ae", "#9aa7b8")
_PAINTS: Final = ("#2f5d50", "#7a3b2e", "#2b4a6f", "#4a4a4a", "#8a8f94")


def door(rng: Random) -> IO[bytes]:
    """A front door in its wall."""
    picture = Image.new("RGB", _SIZE, rng.choice(_WALLS))
    draw = ImageDraw.Draw(picture)
    left = rng.randrange(300, 420)
    draw.rectangle((0, 640, 960, 720), fill="#6f6a63")
    draw.rectangle((left - 16, 144, left + 256, 640), fill="#e6e1d8")
    draw.rectangle((left, 160, left + 240, 640), fill=rng.choice(_PAINTS))
    draw.rectangle((left + 40, 210, left + 200, 360), outline="#00000040", width=4)
    draw.ellipse((left + 196, 400, left + 220, 424), fill="#d8b24a")
    draw.rectangle((80, 200, 230, 400), fill="#cfe3ee", outline="#f4f1ea", width=10)
    return _as_file(picture)


def vehicle(rng: Random) -> IO[bytes]:
    """A car seen from its side, its plate left out."""
    picture = Image.new("RGB", _SIZE, "#c9d6de")
    draw = ImageDraw.Draw(picture)
    paint = rng.choice(_PAINTS)
    draw.rectangle((0, 520, 960, 720), fill="#77736c")
    draw.polygon(((250, 400), (340, 290), (620, 290), (720, 400)), fill=paint)
    draw.polygon(((285, 395), (352, 312), (470, 312), (470, 395)), fill="#dfeaf0")
    draw.polygon(((490, 395), (490, 312), (610, 312), (680, 395)), fill="#dfeaf0")
    draw.rounded_rectangle((130, 395, 830, 520), radius=36, fill=paint)
    for middle in (280, 690):
        draw.ellipse((middle - 68, 452, middle + 68, 588), fill="#222222")
        draw.ellipse((middle - 34, 486, middle + 34, 554), fill="#b8bcc0")
    return _as_file(picture)


def _as_file(picture: Image.Image) -> IO[bytes]:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    out.seek(0)
    return out
