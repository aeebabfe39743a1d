"""The ZIP that is handed over: the PDF, a CSV for each section, the manifest with their hashes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.audit.verification import Verification, verify_entries
from core.exports import Section, write_csv
from loans.portfolios.models import Portfolio
from reporting.dossier.gathering import redactor_for, sections_about, subject_of
from reporting.dossier.models import Dossier
from reporting.dossier.paper import print_dossier
from reporting.dossier.trail import approvals, entries_about, records_of, trail


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made: the bytes, how many records they hold, what the check of the trail found."""

    content: bytes
    row_count: int
    check: Verification


@dataclass(frozen=True, slots=True)
class _Made:
    """What the first page and the manifest say."""

    dossier: Dossier
    sections: Sequence[Section]
    check: Verification
    contracts: Sequence[str]
    portfolios: Sequence[str]
    made_at: datetime
    zone: tzinfo


def make_bundle(*, dossier: Dossier, user: User, made_at: datetime, zone: tzinfo) -> Bundle:
    """Gathers, redacts and writes everything about the person, in the language now active.

    `user`: who asked; nothing beyond what they may see is read.
    """
    subject = subject_of(party=dossier.party, user=user, as_of=dossier.as_of)
    told = sections_about(subject)
    decisions = approvals(records_of(told))
    entries = entries_about(records_of([*told, decisions]))
    redactor = redactor_for(subject)
    sections = [redactor.section(section) for section in [*told, decisions, trail(entries)]]
    made = _Made(
        dossier=dossier,
        sections=sections,
        check=verify_entries([(entry.xid, entry.pk) for entry in entries]),
        contracts=sorted(subject.loans.values()),
        portfolios=[
            str(row) for row in Portfolio.objects.filter(pk__in=subject.portfolios).order_by("code")
        ],
        made_at=made_at,
        zone=zone,
    )
    return Bundle(
        content=_zipped(_files(made), made_at),
        row_count=sum(len(section.rows) for section in sections),
        check=made.check,
    )


def _files(made: _Made) -> dict[str, bytes]:
    """Every file by its name. The PDF names the hashes of the CSVs, the manifest those of all."""
    tables = {
        f"csv/{number:02d}-{section.key}.csv": _table(section, made.zone)
        for number, section in enumerate(made.sections, start=1)
    }
    pdf = print_dossier(
        title=_("Dossier of %(name)s") % {"name": made.dossier.party.full_name},
        reference=_reference(made.dossier),
        lines=[*_about(made), "", *_trail_check(made.check), "", *_limits()],
        sections=made.sections,
        closing=[_("Files beside this one, with their SHA-256:"), *_hashes(tables)],
        zone=made.zone,
        made_at=made.made_at,
    )
    files = {"dossier.pdf": pdf, **tables}
    lines = [*_about(made), "", *_trail_check(made.check), "", *_limits(), "", *_hashes(files)]
    return {"manifest.txt": ("\r\n".join(lines) + "\r\n").encode("utf-8-sig"), **files}


def _table(section: Section, zone: tzinfo) -> bytes:
    out = io.BytesIO()
    write_csv(rows=section.rows, columns=section.columns, out=out, zone=zone)
    return out.getvalue()


def _reference(dossier: Dossier) -> str:
    return _("Dossier %(reference)s") % {"reference": str(dossier.pk)[-12:]}


def _about(made: _Made) -> list[str]:
    dossier = made.dossier
    day = dossier.as_of.isoformat() if dossier.as_of else _("the business date of each portfolio")
    local = made.made_at.astimezone(made.zone)
    words = {
        _("Dossier"): str(dossier.pk),
        _("About"): f"{dossier.party.full_name}, {dossier.party.customer_no}",
        _("Contracts"): ", ".join(made.contracts),
        _("Portfolios covered"): ", ".join(made.portfolios),
        _("Made for"): f"{dossier.get_purpose_display()}, {dossier.reference}",
        _("Asked by"): str(dossier.requested_by),
        _("Made"): f"{local:%Y-%m-%d %H:%M:%S} ({made.zone})",
        _("Positions at the end of"): day,
        _("Records"): formats.number_format(sum(len(section.rows) for section in made.sections)),
    }
    return [f"{name}: {value}" for name, value in words.items()]


def _trail_check(check: Verification) -> list[str]:
    """What the check found: never a clean statement where something was changed."""
    if not check.holds:
        return [
            _("THE TRAIL DOES NOT HOLD. It was changed after it was sealed:"),
            check.fault,
            _("Do not rely on the records of this dossier before this is cleared up."),
        ]
    sealed = ngettext(
        "The trail holds: %(number)s entry about this person is as it was sealed.",
        "The trail holds: %(number)s entries about this person are as they were sealed.",
        check.entry_count,
    ) % {"number": formats.number_format(check.entry_count)}
    lines = [
        sealed,
        _("Seals checked over them: %(number)s, each in the unbroken chain that ends in %(head)s.")
        % {"number": formats.number_format(check.seal_count), "head": check.head},
    ]
    if check.unsealed_count:
        lines.append(
            ngettext(
                "%(number)s newer entry is not sealed yet.",
                "%(number)s newer entries are not sealed yet.",
                check.unsealed_count,
            )
            % {"number": formats.number_format(check.unsealed_count)}
        )
    return lines


def _limits() -> list[str]:
    return [
        _(
            "Names, numbers and addresses of other people on these loans are replaced by their part"
            " in them, and in free words every number and e-mail address that is not the person's"
            " own. A name that is on no file cannot be recognised: read the notes before this is"
            " handed on."
        ),
        _("Times are those of the zone named above unless a line says UTC."),
    ]


def _hashes(files: Mapping[str, bytes]) -> list[str]:
    return [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in files.items()]


def _zipped(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
