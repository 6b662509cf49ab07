"""The job table: the database row is the truth of a job, the broker is disposable."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One piece of background work. `kind` and `subject` name it; asking twice gives one row.

    `bank_id` is the head-office grid whose people may see it, None what nobody is shown. It is no foreign
    key: the grids stand above.
    """

    class Status(models.TextChoices):
        """Where the work stands."""

        PENDING = "pending", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    bank_id = models.PositiveBigIntegerField(null=True, db_index=True)
    arguments = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="job_runs"
    )
    requested_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="jobrun_once"),
        ]
        indexes = [models.Index(fields=["status", "lease_until"], name="jobrun_sweep")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether the work is still to be done."""
        return self.status in {self.Status.PENDING, self.Status.RUNNING}

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 when the total is not known yet."""
        return 100 * self.progress_done // self.progress_total if self.progress_total else 0
