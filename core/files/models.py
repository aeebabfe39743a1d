"""Files kept encrypted: uploads, letters, exports."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.encryption.fields import SealedField
from core.encryption.models import DataKey
from core.ids import uuid7_pk


class StoredFile(models.Model):
    """One file under MEDIA_ROOT, sealed under its own data key.

    Its name may name a person, so it is sealed too; `sha256` is that of the content in clear.
    """

    id = uuid7_pk()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="files")
    # False for a file under the key of a person, which outlives the file.
    has_own_key = models.BooleanField()
    sealed_name = SealedField()
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(validators=[MinValueValidator(0)])
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_at = models.DateTimeField(db_default=Now(), editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gte=0), name="core_storedfile_size_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"file {self.id}, {self.size} bytes"

    @property
    def relative_path(self) -> str:
        """Where it lies under MEDIA_ROOT; the random end of the id spreads the folders evenly."""
        return f"files/{self.id.hex[-2:]}/{self.id}.sealed"
