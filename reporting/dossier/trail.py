"""What the trail holds about a person, and whether it is as it was sealed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Approval
from core.audit import AuditEntry
from core.exports import Column, Row, Said, Section

#: Objects asked about in one statement.
_AT_ONCE: Final = 2_000

Records = Mapping[str, frozenset[str]]


def records_of(sections: Iterable[Section]) -> Records:
    """Returns the rows that the sections tell of, by model, as the trail names them."""
    found: dict[str, set[str]] = defaultdict(set)
    for section in sections:
        for label, keys in section.records.items():
            found[label] |= {str(key) for key in keys}
    return {label: frozenset(keys) for label, keys in found.items() if keys}


def approvals(records: Records) -> Section:
    """What a second person was asked to decide about any of the records."""
    found: dict[str, Approval] = {}
    for keys in _slices(records):
        asked = Approval.objects.filter(Q(subject_id__in=[pk for _label, pk in keys]))
        for row in asked.select_related("requested_by", "decided_by"):
            if (row.subject_type, row.subject_id) in keys:
                found[str(row.pk)] = row
    named = records.get("accounts.Approval", frozenset())
    for row in Approval.objects.filter(pk__in=named).select_related("requested_by", "decided_by"):
        found[str(row.pk)] = row
    rows = sorted(found.values(), key=lambda row: (row.requested_at, row.pk))
    return Section(
        key="approvals",
        heading=_("Decisions of a second person"),
        columns=[
            Column(_("asked")),
            Column(_("kind")),
            Column(_("asked by")),
            Column(_("brief")),
            Column(_("decision")),
            Column(_("decided by")),
            Column(_("decided")),
            Column(_("reason of the decision")),
            Column(_("approval"), kind="id"),
        ],
        rows=[_approval(row) for row in rows],
        records={"accounts.Approval": [row.pk for row in rows]},
    )


def _approval(row: Approval) -> Row:
    return (
        row.requested_at,
        row.kind,
        str(row.requested_by or ""),
        Said(_plain(row.brief)),
        str(row.get_status_display()),
        str(row.decided_by or ""),
        row.closed_at,
        Said(row.reason),
        str(row.pk),
    )


def entries_about(records: Records) -> list[AuditEntry]:
    """Returns the lines of the trail about any of the records, in the order of the trail."""
    found: dict[int, AuditEntry] = {}
    for keys in _slices(records):
        lines = AuditEntry.objects.filter(object_id__in=[pk for _label, pk in keys])
        for line in lines:
            if (line.object_type, line.object_id) in keys:
                found[line.pk] = line
    return sorted(found.values(), key=lambda line: (line.xid, line.pk))


def trail(entries: Iterable[AuditEntry]) -> Section:
    """Who did what about the person, when and why, as the trail holds it."""
    return Section(
        key="trail",
        heading=_("Trail: who did what"),
        columns=[
            Column(_("at")),
            Column(_("who")),
            Column(_("what")),
            Column(_("object")),
            Column(_("object's id"), kind="id"),
            Column(_("reason")),
            Column(_("details")),
            Column(_("entry")),
        ],
        rows=[
            (
                line.at,
                line.actor_label,
                line.action,
                line.object_type,
                line.object_id,
                Said(line.reason),
                _plain(line.data),
                line.pk,
            )
            for line in entries
        ],
    )


def _plain(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str) if data else ""


def _slices(records: Records) -> Iterator[frozenset[tuple[str, str]]]:
    pairs = [(label, pk) for label, keys in sorted(records.items()) for pk in sorted(keys)]
    for start in range(0, len(pairs), _AT_ONCE):
        yield frozenset(pairs[start : start + _AT_ONCE])
