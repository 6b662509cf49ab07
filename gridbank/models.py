"""The frame's tables: the POSTs that were answered, and the keys that seal."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """A POST that was answered: the same key and body get the same answer again, another body is a conflict.

    `key` and `request_hash` are digests; of a request nothing is kept in clear.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="null")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key


class KeyFingerprint(models.Model):
    """Which key this database is sealed with: `index`, or `field:` and the key's id. Never the key itself."""

    name = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
