"""Personal data: sealed under a key per person or file, found by blind index, shown masked."""

from core.encryption.blind_index import blind_index, last4_index
from core.encryption.card_numbers import find_card_numbers, refuse_card_numbers
from core.encryption.fields import SealedField
from core.encryption.keyring import DecryptionFailed, MasterKeyMissing
from core.encryption.masks import (
    mask_address,
    mask_email,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_plate,
    mask_vin,
)
from core.encryption.models import DataKey
from core.encryption.sealing import (
    KeyDestroyed,
    key_id_of,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from core.encryption.services import destroy, new_data_key, new_data_keys

__all__ = [
    "DataKey",
    "DecryptionFailed",
    "KeyDestroyed",
    "MasterKeyMissing",
    "SealedField",
    "blind_index",
    "destroy",
    "find_card_numbers",
    "key_id_of",
    "last4_index",
    "mask_address",
    "mask_email",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "mask_plate",
    "mask_vin",
    "new_data_key",
    "new_data_keys",
    "refuse_card_numbers",
    "seal",
    "seal_bytes",
    "unseal",
    "unseal_bytes",
]
