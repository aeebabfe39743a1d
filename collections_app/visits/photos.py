"""Photos of visits: encoded anew, so that nothing a phone hides in a file stays in it."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from collections_app.visits.events import lock_visit, tell
from collections_app.visits.findings import PhotoOf, VisitPhoto
from collections_app.visits.making import told_time
from collections_app.visits.models import Visit, VisitEventKind
from core.audit.actors import Actor
from core.files.models import StoredFile
from core.files.services import store

#: What is taken in, in bytes and in pixels; and the longer side of what is kept.
MOST_BYTES: Final = 15 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
LONGER_SIDE: Final = 1_600
MOST_PHOTOS: Final = 12
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 80


def encode_anew(content: IO[bytes]) -> tuple[bytes, int, int]:
    """Returns a picture as a fresh JPEG with its width and height, turned upright and bounded.

    Only pixels pass: place, device and time that the file carried are gone. Raises ValidationError
    for what is no picture, or too large a one.
    """
    raw = content.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValidationError(
            {"photo": _("A photo has at most %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024}}
        )
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError({"photo": _("This picture has too many pixels.")})
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise ValidationError(
            {"photo": _("This is no picture that can be read. Send a JPEG, PNG or WebP.")}
        ) from None
    upright.thumbnail((LONGER_SIDE, LONGER_SIDE))
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue(), fresh.width, fresh.height


@transaction.atomic
def add_photo(
    *, visit: Visit, agent: User, content: IO[bytes], shows: str, taken_at: datetime
) -> VisitPhoto:
    """Keeps a photo of a visit, sealed under the borrower's key; the same one again is a no-op.

    Raises ValidationError for what is no picture, somebody else's visit, and the thirteenth photo;
    nothing is kept then.
    """
    if not visit.is_made_by(agent):
        raise ValidationError(_("Only those who make this visit record it."))
    if shows not in PhotoOf.values:
        raise ValidationError({"shows": _("Say what the photo shows.")})
    encoded, width, height = encode_anew(content)
    locked = lock_visit(visit)
    digest = hashlib.sha256(encoded).hexdigest()
    known = VisitPhoto.objects.filter(visit=locked, sha256=digest).first()
    if known is not None:
        return known
    if VisitPhoto.objects.filter(visit=locked).count() >= MOST_PHOTOS:
        raise ValidationError(
            {"photo": _("A visit has at most %(most)d photos.") % {"most": MOST_PHOTOS}}
        )
    stored = store(
        content=io.BytesIO(encoded),
        name=f"{shows}.jpg",
        content_type="image/jpeg",
        key=locked.party.data_key,
    )
    return _keep(locked, agent, stored, shows, told_time(taken_at), (width, height))


def _keep(
    visit: Visit,
    agent: User,
    stored: StoredFile,
    shows: str,
    taken_at: datetime,
    size: tuple[int, int],
) -> VisitPhoto:
    photo = VisitPhoto.objects.create(
        visit=visit,
        file=stored,
        shows=shows,
        taken_at=taken_at,
        width=size[0],
        height=size[1],
        sha256=stored.sha256,
        by=agent,
    )
    tell(
        visit,
        VisitEventKind.PHOTO,
        Actor.of(agent),
        at=taken_at,
        photo=str(photo.pk),
        shows=shows,
        sha256=stored.sha256,
    )
    return photo
