"""Files that were brought in: the file itself, how it is read, and what became of each of its rows.

Everything that may hold a customer's data is sealed, in pieces, and goes when its days are over. It lies in the
database and not on a disk, so that any worker on any machine can take it up.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchange.matching import Head, Layout
from exchange.outlets import Outlet, outlet_of, signed_apart, signs_exports
from exchange.sheets import Sheet, reach_of, sheet_of, sheets_for
from gridbank.pieces import PieceField, UnreadablePiece, opened, seal
from gridbank.scoping import NOBODY, ScopedModel
from jobs.scope import banks_of
from people.policies import keeps_accounts, reads_trail

NAME_LENGTH = 120
PURPOSE_LENGTH = 200
# how long a file that was made may be fetched
FETCHED_WITHIN = timedelta(days=3)


class State(models.TextChoices):
    """Where a batch stands."""

    BROUGHT = "brought", _("Columns to be looked at")
    JUDGING = "judging", _("Dry run under way")
    JUDGED = "judged", _("Ready to be stored")
    STORING = "storing", _("Being stored")
    STORED = "stored", pgettext_lazy("a file", "Stored")
    UNDOING = "undoing", _("Being put back")
    UNDONE = "undone", _("Put back")


WORKING = frozenset({State.JUDGING, State.STORING, State.UNDOING})


class Phase(models.TextChoices):
    """What a portion tells of."""

    JUDGED = "judged"
    STORED = "stored"
    UNDONE = "undone"


class Batch(ScopedModel):
    """A file that somebody brought, and how far it is.

    `bank_id` is the head office of the bank, None for the installation's own. `reach` is what the person could see
    when he brought it: whoever sees something else today no longer sees the batch.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=NAME_LENGTH)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="batches"
    )
    bank_id = models.PositiveBigIntegerField(null=True)
    reach = models.CharField(max_length=64, blank=True)
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.BROUGHT)
    stopping = models.BooleanField(default=False)
    sealed_layout = PieceField(place=lambda batch: f"exchange.layout:{batch.digest}")
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    brought_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    is_held = models.BooleanField(default=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "batches"
        indexes = [
            models.Index(fields=["uploader", "kind"], name="batch_uploader"),
            models.Index(fields=["digest"], name="batch_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the batch."""
        return reverse("exchange:batch", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Return the condition for one's own batches of the kinds that one may bring today, where one may today.

        And everybody's in one's bank, of the kinds that one oversees.
        """
        kinds = sheets_for(actor)
        own = Q(uploader=actor, kind__in=[sheet.kind for sheet in kinds], reach=reach_of(actor))
        banks = banks_of(actor)
        overseen = [sheet.kind for sheet in kinds if sheet.oversees(actor)]
        bank = Q(bank_id__in=banks) if banks else Q(bank_id=None)
        return reduce(or_, [own, Q(kind__in=overseen) & bank if overseen else NOBODY])

    @classmethod
    def everywhere(cls) -> models.QuerySet[Batch]:
        """Return every batch, unscoped: for work that goes on without a reader."""
        return models.QuerySet(cls)

    @property
    def sheet(self) -> Sheet:
        """The kind of file. Raises LookupError when its room is gone."""
        found = sheet_of(self.kind)
        if found is None:
            raise LookupError(self.kind)
        return found

    @property
    def layout(self) -> Layout:
        """How the file is read. Raises UnreadablePiece."""
        return Layout.unpacked(json.loads(opened(self, "sealed_layout")))

    @layout.setter
    def layout(self, layout: Layout) -> None:
        packed = json.dumps(layout.packed(), ensure_ascii=False).encode()
        seal(self, "sealed_layout", packed)

    @property
    def heads(self) -> list[Head]:
        """The columns of the file; none where how it is read doesn't open."""
        try:
            return self.layout.heads
        except UnreadablePiece:
            return []

    @property
    def is_working(self) -> bool:
        """Whether a job has it."""
        return self.state in WORKING


class OfBatch(ScopedModel):
    """A part of a batch, seen by whoever sees the batch."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False)
    number = models.PositiveIntegerField()
    sealed = PieceField(place=lambda part: part.place)

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Parts of the batches that the person may see."""
        return Q(batch__in=Batch.everywhere().filter(Batch.scope_q(actor)))

    @classmethod
    def everywhere(cls) -> models.QuerySet[Self]:
        """Return every part, unscoped: of a batch that was read as somebody, or of work without a reader."""
        return models.QuerySet(cls)


class Slice(OfBatch):
    """A piece of the file as it was brought."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="slice_once")]

    def __str__(self) -> str:
        """Say which piece of what."""
        return f"{self.batch_id}/{self.number}"

    @property
    def place(self) -> str:
        """What ties the piece to its place."""
        return f"exchange.slice:{self.batch_id}:{self.number}"


class Portion(OfBatch):
    """What became of some rows, in the dry run, when they were stored, or when they were put back."""

    phase = models.CharField(max_length=8, choices=Phase)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "phase", "number"], name="portion_once"),
        ]

    def __str__(self) -> str:
        """Say which rows of what."""
        return f"{self.batch_id}/{self.phase}/{self.number}"

    @property
    def place(self) -> str:
        """What ties the sealed rows to their place."""
        return f"exchange.portion:{self.batch_id}:{self.phase}:{self.number}"

    @property
    def told(self) -> dict[str, Any]:
        """What became of the rows. Raises UnreadablePiece."""
        return dict(json.loads(opened(self, "sealed")))

    @told.setter
    def told(self, told: dict[str, Any]) -> None:
        packed = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str).encode()
        seal(self, "sealed", packed)


class Habit(models.Model):
    """Which heading is which column in files from one source, as a person said."""

    # 0 is the installation's own
    bank_id = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=64)
    keys = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "kind", "source"], name="habit_once"),
        ]

    def __str__(self) -> str:
        """Say of which kind."""
        return f"{self.kind} {self.source[:8]}"


class Expectation(models.Model):
    """A kind of file that a bank's systems send every night, and by when it is to be here."""

    # 0 is the installation's own
    bank_id = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=20)
    due_at = models.TimeField()

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["bank_id", "kind"], name="expectation_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%H:%M}"


class Trouble(models.TextChoices):
    """What is strange about a night's file."""

    MISSING = "missing", _("missing")
    LATE = "late", _("late")
    HALVED = "halved", _("half as large as the last, or less")
    DOUBLED = "doubled", _("twice as large as the last, or more")


class FileAlarm(models.Model):
    """That a night's file didn't come in time, or has far fewer or more rows than the one before."""

    bank_id = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=20)
    night = models.DateField()
    trouble = models.CharField(max_length=8, choices=Trouble)
    # which file: its number, not the file, which is for whoever may see it
    batch_number = models.PositiveBigIntegerField(null=True)
    rows = models.PositiveIntegerField(default=0)
    rows_before = models.PositiveIntegerField(default=0)
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-night", "kind", "trouble"]
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "kind", "night", "trouble"], name="file_alarm_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.night} {self.trouble}"


class Standing(models.TextChoices):
    """Where an export stands."""

    ASKED = "asked", _("Waits for a second person")
    SIGNED = "signed", pgettext_lazy("an export", "Being made")
    READY = "ready", pgettext_lazy("an export", "Ready")
    REFUSED = "refused", pgettext_lazy("an export", "Refused")
    GONE = "gone", pgettext_lazy("an export", "Removed")


class Export(ScopedModel):
    """A list that somebody asked for: why, who signed it, its file, and how often that was fetched.

    `reach` is what the person could see when he asked: whoever sees something else today gets nothing of it. The file
    lies beside it in pieces that `file` names, another name each time it is made; `sealed_manifest` says whose rows are
    in it.
    """

    outlet = models.CharField(max_length=60)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")
    bank_id = models.PositiveBigIntegerField(null=True)
    reach = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16)
    sealed_query = PieceField(place=lambda export: export.place("query"))
    clear = models.JSONField(default=list)
    purpose = models.CharField(max_length=PURPOSE_LENGTH)
    state = models.CharField(max_length=8, choices=Standing, default=Standing.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="signed_exports"
    )
    signed_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=32, blank=True)
    rows = models.PositiveIntegerField(default=0)
    sealed_manifest = PieceField(default=b"", place=lambda export: export.place("manifest"))
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="export_state")]

    def __str__(self) -> str:
        return f"{self.outlet} #{self.pk}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """One's own while one's ground is the same, those that one signs, and all for the auditor."""
        if reads_trail(actor):
            return Q(pk__isnull=False)
        asks = getattr(actor, "is_business", False) or keeps_accounts(actor)
        found = Q(asker=actor, reach=reach_of(actor)) if asks else NOBODY
        if apart := signed_apart(actor):
            found |= Q(outlet__in=apart)
        return found | Q(bank_id__in=banks_of(actor)) if signs_exports(actor) else found

    @classmethod
    def everywhere(cls) -> models.QuerySet[Export]:
        """Return every export, unscoped: for work that goes on without a reader."""
        return models.QuerySet(cls)

    @property
    def of(self) -> Outlet | None:
        """The list; None when its room is gone."""
        return outlet_of(self.outlet)

    def signed_by(self, actor: Any) -> bool:
        """Whether somebody signs it, unless he asked for it: an officer an officer's list, else for its bank."""
        if self.of and self.of.signs:
            return self.of.signs(actor)
        return signs_exports(actor) and self.bank_id in banks_of(actor)

    @property
    def asked(self) -> dict[str, Any]:
        """The filters and columns, as in the list's address and in words. Raises UnreadablePiece."""
        return dict(json.loads(opened(self, "sealed_query")))

    @property
    def query(self) -> str:
        """The filters and columns, as in the list's address."""
        return str(self.asked["query"])

    def ask(self, query: str, told: list[str]) -> None:
        """Keep what is asked for; sealed, since it may hold a name."""
        packed = json.dumps({"query": query, "told": told}, ensure_ascii=False).encode()
        seal(self, "sealed_query", packed)

    @property
    def manifest(self) -> dict[str, Any]:
        """Whose rows are in the file. Raises UnreadablePiece."""
        return dict(json.loads(opened(self, "sealed_manifest")))

    @manifest.setter
    def manifest(self, manifest: dict[str, Any]) -> None:
        packed = json.dumps(manifest, separators=(",", ":")).encode()
        seal(self, "sealed_manifest", packed)

    def place(self, what: str) -> str:
        """Return what ties a sealed part of it to its place."""
        return f"exchange.export.{what}:{self.asker_id}:{self.asked_at:%Y%m%d%H%M%S%f}"


class Made(ScopedModel):
    """A piece of an export's file as it was made."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    file = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    sealed = PieceField(
        place=lambda piece: f"exchange.export.file:{piece.export_id}:{piece.file}:{piece.number}"
    )

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "made"
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="made_once")]

    def __str__(self) -> str:
        """Say which piece of what."""
        return f"{self.export_id}/{self.number}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """One's own, while one knows of the export: nobody else fetches it."""
        return Q(export__in=Export.everywhere().filter(Export.scope_q(actor), asker=actor))

    @classmethod
    def everywhere(cls) -> models.QuerySet[Made]:
        """Return every piece, unscoped: of an export that was read as somebody, or of work without a reader."""
        return models.QuerySet(cls)


class ExportLimit(models.Model):
    """Up to how many rows a list of a bank goes out at once, without anybody's signature."""

    # 0 is the installation's own
    bank_id = models.PositiveBigIntegerField(default=0, unique=True)
    rows = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.bank_id}: {self.rows}"
