"""Finding parties by what people know of them.

Each function answers with ids of parties as a subquery, at most `CANDIDATES` of them, in no order.
They are not narrowed to anybody's scope: a caller joins them to the loans its reader may see
(`LoanParty.objects.visible_to`), so that only the few candidates are checked and not every loan.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any, Final

from django.db.models import F, QuerySet

from core.encryption import blind_index, last4_index
from loans.borrowers.models import ContactKind, ContactPoint, Party, spoken_key
from loans.borrowers.names import bigrams, fold
from loans.borrowers.normalising import (
    Unusable,
    normalise_email,
    normalise_id_number,
    normalise_phone,
)

Ids = QuerySet[Any, Any]

#: A name more people have than this is looked at no further; whoever searches gives more of it.
CANDIDATES: Final = 2_000
#: Above every letter: what ends the range of an index in byte order.
_AFTER_LETTERS: Final = "{"


def with_phone(*, text: str, countries: Collection[str]) -> Ids:
    """Returns whose number this may be, read as a number of each of the countries (ISO 3166)."""
    return _owners_of(ContactKind.PHONE, _phones_in(text, countries))


def phone_indexes(*, text: str, countries: Collection[str]) -> frozenset[bytes]:
    """Returns the blind indexes under which a number would stand, read as of each country."""
    numbers = _phones_in(text, countries)
    return frozenset(blind_index(kind=ContactKind.PHONE, normalised=number) for number in numbers)


def _phones_in(text: str, countries: Collection[str]) -> set[str]:
    numbers = set()
    for country in countries:
        try:
            numbers.add(normalise_phone(text, country))
        except Unusable:
            continue
    return numbers


def with_phone_end(*, last4: str) -> Ids:
    """Returns who has a number ending in these four digits; callers limit the rate."""
    index = last4_index(kind=ContactKind.PHONE, last4=last4)
    found = ContactPoint.objects.filter(last4_index=index)
    return found.order_by().values("party_id")[:CANDIDATES]


def with_email(*, text: str) -> Ids:
    """Returns who has this e-mail address; nobody where it is none."""
    try:
        return _owners_of(ContactKind.EMAIL, {normalise_email(text)})
    except Unusable:
        return ContactPoint.objects.none().values("party_id")


def with_id_number(*, text: str, countries: Collection[str]) -> Ids:
    """Returns who has this id number, in any spelling one of the countries allows."""
    indexes = set()
    for country in countries:
        try:
            number = normalise_id_number(text, country)
        except Unusable:
            continue
        indexes.add(blind_index(kind="id_number", normalised=number))
    return _ids(Party.objects.filter(id_number_index__in=indexes))


def with_customer_no(*, text: str, namespaces: Collection[str]) -> Ids:
    """Returns who has this number at one of the lenders, by their spaces of customer numbers."""
    numbers = {text, text.upper()}
    return _ids(Party.objects.filter(namespace__in=namespaces, customer_no__in=numbers))


def with_name(*, text: str) -> Ids:
    """Returns whose name holds every word of the text, in any order, parts of words too.

    Two letters or one ideograph at least; a shorter word among longer ones is passed over.
    """
    pairs = {pair for word in text.split() for pair in bigrams(word)}
    pairs = {pair for pair in pairs if len(pair) > 1 or not pair.isascii()}
    if not pairs:
        return _ids(Party.objects.none())
    found = Party.objects.filter(name_bigrams__contains=sorted(pairs))
    for word in text.split():
        if not fold(word).isascii():  # pairs alone do not tell 张伟张 from 伟张伟
            found = found.filter(full_name__contains=unicodedata.normalize("NFC", word))
    return _ids(found)


def with_spoken_name(*, text: str) -> Ids:
    """Returns whose name begins so when it is read aloud: zhangwei and zhang w find 张伟.

    Also finds names in Latin letters by their beginning. Two letters at least.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ü", "v"))
    letters = "".join(char for char in plain if char.isascii() and char.isalpha())
    if len(letters) < 2:
        return _ids(Party.objects.none())
    named = Party.objects.annotate(spoken=spoken_key())
    named = named.filter(spoken__gte=letters, spoken__lt=letters + _AFTER_LETTERS)
    # In the order of the index: else a common beginning tempts the planner to read all people.
    return named.order_by("spoken").values(party_id=F("pk"))[:CANDIDATES]


def _owners_of(kind: ContactKind, values: Collection[str]) -> Ids:
    indexes = [blind_index(kind=kind, normalised=value) for value in values]
    found = ContactPoint.objects.filter(kind=kind, value_index__in=indexes)
    return found.order_by().values("party_id")[:CANDIDATES]


def _ids(parties: QuerySet[Party]) -> Ids:
    # Named as in the table of contact points, so that either kind of answer reads the same.
    return parties.order_by().values(party_id=F("pk"))[:CANDIDATES]
