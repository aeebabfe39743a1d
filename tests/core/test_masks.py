"""Masks: enough to recognise, too little to use."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.encryption import (
    mask_address,
    mask_email,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_plate,
    mask_vin,
)


@pytest.mark.parametrize(
    ("mask", "plain", "masked"),
    [
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "+8613812345678", "+86138****5678"),
        (mask_phone, "+1 (202) 555-0123", "+120****0123"),
        (mask_phone, "2025550123", "20****0123"),
        (mask_phone, "5550123", "***0123"),
        (mask_phone, "12306", "****6"),
        (mask_phone, "", ""),
        (mask_id_number, "44010119900307123X", "4401**********123X"),
        (mask_id_number, "123-45-6789", "*******6789"),
        (mask_id_number, "12", "*2"),
        (mask_name, "张伟", "张*"),
        (mask_name, "欧阳娜娜", "欧***"),
        (mask_name, "O'Neill", "O'N***"),
        (mask_name, "Jo Smith", "J*** S***"),
        (mask_name, "", ""),
        (mask_email, "lihua@example.com", "li***@example.com"),
        (mask_email, "ab@example.com", "***@example.com"),
        (mask_email, "abc@example.com", "a***@example.com"),
        (mask_email, "nonsense", "***"),
        (mask_plate, "粤B12345", "粤B·**345"),
        (mask_plate, "粤B·12345", "粤B·**345"),
        (mask_plate, "粤AD12345", "粤A·***345"),
        (mask_plate, "8ABC456", "****456"),
        (mask_vin, "LSVAU2180N2123456", "***********123456"),
        (mask_address, "广东省深圳市南山区科技园路1号", "广东省深圳市***"),
        (mask_address, "12 Main St, Springfield, IL 62701", "***, Springfield"),
        (mask_address, "12 Main St", "***"),
    ],
)
def test_mask(mask, plain, masked):
    assert mask(plain) == masked


@example("\U00020000")  # a name of one rare character
@given(st.text(max_size=40))
def test_masks_take_any_text_and_never_show_all_of_it(text):
    for mask in (mask_phone, mask_id_number, mask_name, mask_email, mask_plate, mask_address):
        masked = mask(text)
        assert isinstance(masked, str)
        assert not (text.strip() and any(c.isalnum() for c in text) and masked == text.strip())
