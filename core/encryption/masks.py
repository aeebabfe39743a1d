"""What may be shown of personal data to somebody who need not see all of it."""

from __future__ import annotations

import re

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def _keep_ends(text: str, first: int, last: int) -> str:
    """Shows the ends of a text; a text too short to hide at least half of is hidden whole."""
    hidden = len(text) - first - last
    if hidden < max(first + last, 1) / 2:
        return "*" * max(len(text), 3) if text else ""
    return text[:first] + "*" * hidden + (text[-last:] if last else "")


def mask_phone(phone: str) -> str:
    """138****5678 for 13812345678, +86138****5678 with the country code; short ones show less."""
    plus = "+" if phone.strip().startswith("+") else ""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 10:
        return f"{plus}{digits[:-8]}****{digits[-4:]}"
    shown = 4 if len(digits) >= 7 else len(digits) // 3
    return plus + _keep_ends(digits, 0, shown)


def mask_id_number(number: str) -> str:
    """4401**********123X for an 18-digit id; the last four alone for shorter numbers."""
    text = re.sub(r"\s", "", number)
    if len(text) >= 15:
        return _keep_ends(text, 4, 4)
    return _keep_ends(text, 0, min(4, len(text) // 2))


def mask_name(name: str) -> str:
    """张* for 张伟, 欧*** for 欧阳娜娜, O'N*** for O'Neill, J*** S*** for Jo Smith."""
    text = name.strip()
    if len(text) == 1:
        return "*"
    if _IDEOGRAPH.match(text):
        return text[0] + "*" * (len(text) - 1)
    return " ".join(_mask_word(word) for word in text.split())


def _mask_word(word: str) -> str:
    shown = 3 if len(word) > 4 and word[1] in "'’" else 1
    return word[:shown] + "***"


def mask_email(email: str) -> str:
    """li***@example.com for lihua@example.com; at most two characters and never the whole name."""
    local, at, domain = email.strip().rpartition("@")
    if not at:
        return "***"
    return f"{local[: min(2, max(len(local) - 2, 0))]}***@{domain}"


def mask_plate(plate: str) -> str:
    """粤B·**345 for 粤B12345, ***4567 for 8ABC4567: the place and the last three or four."""
    text = re.sub(r"[\s·•-]", "", plate)
    if _IDEOGRAPH.match(text) and len(text) >= 7:
        return f"{text[:2]}·{'*' * (len(text) - 5)}{text[-3:]}"
    return _keep_ends(text, 0, min(4, len(text) // 2))


def mask_vin(vin: str) -> str:
    """The last six, which the parties to a loan know a car by: ***********123456."""
    return _keep_ends(vin.strip(), 0, 6)


def mask_address(address: str) -> str:
    """广东省深圳市*** or ***, Springfield: the town where it can be told, never the street."""
    text = address.strip()
    if _IDEOGRAPH.match(text):
        return text[: min(6, len(text) // 2)] + "***"
    parts = [part.strip() for part in text.split(",")]
    return f"***, {parts[-2]}" if len(parts) >= 3 else "***"
