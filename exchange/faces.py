"""How the page of a job speaks of the work on a file."""

from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.models import Batch, Export
from exchange.selectors import EXPORT, JUDGE, STORE, UNDO
from jobs.faces import Face, Step, register
from jobs.models import JobRun
from jobs.scope import register_sight


def _batch(job: JobRun) -> Batch | None:
    return Batch.everywhere().filter(pk=int(job.subject)).first()


def _about(job: JobRun) -> str:
    return f"#{job.subject}"


def _trail(job: JobRun) -> list[Step]:
    batch = _batch(job)
    return [Step(f"#{job.subject}", batch.get_absolute_url())] if batch else []


def _to_exports(_job: JobRun) -> list[Step]:
    return [Step(str(_("Files out")), reverse("exchange:exports"))]


def _of(rows: QuerySet[Any]) -> Q:
    """Return the condition for the jobs of these rows: a job is known by the text of its row's key."""
    keys = rows.order_by().annotate(text=Cast("pk", CharField())).values("text")
    return Q(subject__in=keys)


def register_faces() -> None:
    """Give the jobs their words, and show each to whoever sees its file."""
    register_sight(lambda actor: _of(Batch.objects.visible_to(actor)), JUDGE, STORE, UNDO)
    register_sight(lambda actor: _of(Export.objects.visible_to(actor)), EXPORT)
    made = Face(
        _("Making an export"),
        about=_about,
        trail=_to_exports,
        onward=_("To the exports"),
        icon="arrow-down-tray",
    )
    register(EXPORT, made)
    for kind, title in (
        (JUDGE, _("Dry run of a file")),
        (STORE, _("Storing a file")),
        (UNDO, _("Putting a file back")),
    ):
        register(kind, Face(title, about=_about, trail=_trail, onward=_("To the file"), icon="arrow-up-tray"))
