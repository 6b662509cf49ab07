"""What the page of a job shows."""

from typing import Any

from jobs.faces import face_of
from jobs.models import JobRun


def shown(job: JobRun) -> dict[str, Any]:
    """Return a job with the words of its kind."""
    face = face_of(job.kind)
    return {"job": job, "face": face, "about": face.about(job), "trail": face.trail(job)}
