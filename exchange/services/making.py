"""An export as a file: made as a job with the eyes of who asked, and kept in sealed pieces, so that any server sends it."""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.said import said
from audit.services import record
from exchange.actions import Action
from exchange.cells import cell_of, width_of
from exchange.models import FETCHED_WITHIN, Export, Made, Standing
from exchange.outlets import Opened, Outlet
from exchange.selectors import EXPORT
from exchange.sheets import reach_of
from exchange.writing import Column, Paper, sheet_name, workbook
from gridbank import listing
from gridbank.context import archives_read, request_scope
from gridbank.errors import Refused
from gridbank.pieces import cut, joined, seal
from jobs.handlers import handler
from jobs.leases import Lease
from jobs.models import JobRun
from people.models import User
from people.persons import is_same

PIECE, BYTES = 1_000, 1024 * 1024


def export_content(export: Export) -> bytes:
    """Return the workbook of an export. Raises Refused when its file is gone."""
    pieces = Made.everywhere().filter(export=export, file=export.file).order_by("number")
    found = joined(pieces, "sealed")
    if not found:
        raise Refused(_("The file isn't there, or no longer. Ask for it again."))
    return found


def files_remove(exports: Iterable[Export]) -> None:
    """Remove the files of exports, as far as they have one."""
    Made.everywhere().filter(export__in=exports).delete()


def _keep(export: Export, content: bytes) -> None:
    """Seal a file and keep it in the place of one that was made before."""
    files_remove([export])
    export.file = secrets.token_hex(16)
    for number, part in enumerate(cut(content, BYTES)):
        piece = Made(export=export, file=export.file, number=number)
        seal(piece, "sealed", part)
        piece.save()


def standing_manifest(actor: User, export: Export, outlet: Outlet, manifest: dict[str, Any]) -> list[int]:
    """Return how many of an export's rows somebody may see now, and of how many he may have the numbers."""
    opened = outlet.opened(actor, QueryDict())
    rows = None if opened is None else opened.source.among
    if opened is None:
        return [0, 0]
    rows, seen, clear = opened.source.rows if rows is None else rows, 0, 0
    every = manifest["keys"]
    for at in range(0, len(every), PIECE):
        keys = every[at : at + PIECE]
        seen += rows.order_by().filter(pk__in=keys).count()
        clear += len(outlet.in_clear(actor, keys, export.clear)) if export.clear else 0
    return [seen, clear]


class _Read:
    """What was read for an export: its rows as cells, and whose they are."""

    def __init__(self, export: Export, outlet: Outlet, opened: Opened, asked: listing.Asked) -> None:
        self.export, self.outlet, self.opened, self.asked = export, outlet, opened, asked
        self.keys: list[str] = []
        self.clear = 0
        self.rows: list[list[Any]] = []
        self.headings: list[str] = []

    def read(self, lease: Lease) -> None:
        """Read the list page after page, as the person who asked for it."""
        columns = listing.shown(self.opened.listing, self.asked)
        named = {one.key: str(one.label) for one in self.outlet.clear}
        for page in self._pages():
            headings, rows = listing.table_of(columns, page)
            keys = [str(row.pk) for row in page]
            in_clear = self._in_clear(keys)
            self.clear += len(in_clear)
            nothing = [""] * len(self.export.clear)
            for key, row in zip(keys, rows, strict=True):
                self.rows.append([cell_of(cell) for cell in [*row, *in_clear.get(key, nothing)]])
            self.keys += keys
            self.headings = [*headings, *(named[key] for key in self.export.clear)]
            lease.progress(len(self.keys), max(self.export.rows, len(self.keys)))

    def _in_clear(self, keys: list[str]) -> dict[str, Any]:
        export = self.export
        return dict(self.outlet.in_clear(export.asker, keys, export.clear)) if export.clear else {}

    def _pages(self) -> Iterator[list[Any]]:
        source, asked = replace(self.opened.source, most=None), replace(self.asked, take="", size=PIECE)
        while True:
            found = listing.find(self.opened.listing, asked, source)
            yield found.rows
            if found.after is None:
                return
            asked = replace(asked, after=str(found.after))

    def workbook(self) -> bytes:
        """Write it, with who it is for, when it was made and what for on every page."""
        export, buffer = self.export, BytesIO()
        at = f"{timezone.localtime():%Y-%m-%d %H:%M}"
        person = f"{export.asker.name} {export.asker.staff_no}"
        mark = _("Exported for %(person)s at %(hour)s") % {"person": person, "hour": at}
        title = str(self.opened.listing.title)
        line = " · ".join([mark, *listing.told(QueryDict(export.query), self.opened.form), export.purpose])
        columns = [
            Column(heading, width=width_of([heading, *(row[at] for row in self.rows[:PIECE])]))
            for at, heading in enumerate(self.headings)
        ]
        with workbook(buffer) as book:
            paper = Paper(title, line, mark, head=mark)
            book.table(sheet_name(title), columns, self.rows, paper=paper)
        return buffer.getvalue()


@handler(EXPORT)
def make(lease: Lease) -> dict[str, Any]:
    """Make the file of an export that was signed, with the eyes that who asked for it has today."""
    job = JobRun.objects.get(pk=lease.job_id)
    export = Export.everywhere().select_related("asker").get(pk=int(job.subject))
    with override(export.language or settings.LANGUAGE_CODE), request_scope(f"export-{export.pk}"):
        if not _is_signed(export):
            return _refused(lease, export, why="trail")
        opened = _opened(export)
        if opened is None:
            return _refused(lease, export, why="ground")
        outlet, found = opened
        asked = listing.asked(QueryDict(export.query), found.listing)
        made = _Read(export, outlet, found, replace(asked, after="", before="", keys=()))
        made.read(lease)
        archives = {kind: sorted(keys) for kind, keys in archives_read().items()}
        content = made.workbook()
    with transaction.atomic():
        lease.fence()
        _keep(export, content)
        export.rows, export.state = len(made.rows), Standing.READY
        export.made_at = timezone.now()
        export.expires_at = export.made_at + FETCHED_WITHIN
        export.manifest = {"keys": made.keys, "held": [len(made.keys), made.clear], "archives": archives}
        export.save(update_fields=["file", "rows", "state", "made_at", "expires_at", "sealed_manifest"])
        changes = {"list": export.outlet, "rows": export.rows, "clear": export.clear}
        record(actor=export.asker, action=Action.EXPORT_MADE, subject=export, changes=changes)
        lease.complete({"rows": export.rows})
    return {"rows": export.rows}


def _is_signed(export: Export) -> bool:
    """Whether the trail says that just this was asked for, and signed by another: a row says what it was made to say."""
    asked = said(export, Action.EXPORT_ASKED)
    wanted = {"list": export.outlet, "clear": export.clear, "purpose": export.purpose}
    signers = {event.actor_id for event in said(export, Action.EXPORT_SIGNED)}
    return (
        [event.actor_id for event in asked] == [export.asker_id]
        and wanted.items() <= json.loads(asked[0].changes).items()
        and signers == {export.signer_id}
        and not is_same(export.asker, export.signer)
    )


def _opened(export: Export) -> tuple[Outlet, Opened] | None:
    """Open the list as who asked for it; None when he may no longer, or his ground is another."""
    outlet, actor = export.of, export.asker
    if outlet is None or not actor.is_active or not outlet.may(actor) or reach_of(actor) != export.reach:
        return None
    opened = outlet.opened(actor, QueryDict(export.query))
    return None if opened is None else (outlet, opened)


def _refused(lease: Lease, export: Export, *, why: str) -> dict[str, Any]:
    with transaction.atomic():
        lease.fence()
        export.state = Standing.REFUSED
        export.save(update_fields=["state"])
        changes = {"list": export.outlet, "why": why}
        record(actor=export.asker, action=Action.EXPORT_REFUSED, subject=export, changes=changes)
        lease.complete({"rows": 0})
    return {"rows": 0}
