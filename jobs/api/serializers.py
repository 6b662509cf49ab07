"""What the API says of jobs."""

from rest_framework import serializers

from jobs.models import JobRun


class JobSerializer(serializers.ModelSerializer[JobRun]):
    """How far a piece of work is."""

    class Meta:
        model = JobRun
        fields = [
            "id", "kind", "subject", "status", "progress_done", "progress_total", "requested_at", "started_at",
            "finished_at", "result",
        ]  # fmt: skip
        read_only_fields = fields
