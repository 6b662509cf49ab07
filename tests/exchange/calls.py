"""One way to call each service of the exchange app: see `tests/nets/calling.py`."""

from datetime import date, time
from typing import Any

from exchange.models import Batch
from exchange.selectors import JUDGE
from exchange.services.exporting import export_decide
from tests.exchange.exports import worked
from tests.exchange.files import xlsx
from tests.exchange.rows import HEAD
from tests.nets.calling import Call, call
from tests.nets.site import World


def working(w: World) -> dict[str, Any]:
    batch = w.row("batch", "mine")
    Batch.everywhere().filter(pk=batch.pk).update(state="storing")
    return {"batch": batch}


def stored(w: World) -> dict[str, Any]:
    batch = w.row("batch", "mine")
    Batch.everywhere().filter(pk=batch.pk).update(state="stored")
    return {"batch": batch, "keys": []}


def ready(w: World) -> dict[str, Any]:
    export = w.row("export", "mine")
    if export.state == "asked":
        export_decide(actor=w.cast.zhao, export=export, sign=True)
        worked(export)
    return {"export": export}


CALLS: dict[str, Call] = {
    "exchange.services.arriving.batch_arrive": call(
        "chen",
        lambda w: {
            "kind": "grids", "name": "b.xlsx", "content": xlsx(HEAD, ["N9", "乙", w.cast.east.code]), "as_of": date(2026, 9, 1),
            "work": JUDGE,
        },
        rows=2, why="it is brought, and its work is asked for",
        common="whoever adds grids brings such a file; each of its rows is asked for when it is stored",
    ),
    "exchange.services.bringing.batch_bring": call(
        "chen", lambda w: {"kind": "grids", "name": "a.xlsx", "content": xlsx(HEAD, ["N8", "甲", w.cast.east.code]), "as_of": date(2026, 9, 1)},
        common="whoever adds grids brings such a file; each of its rows is asked for when it is stored",
    ),
    "exchange.services.bringing.batch_map": call("chen", lambda w: {"batch": w.row("batch", "mine"), "keys": {0: "code", 1: "name", 2: "parent"}}),
    "exchange.services.bringing.errors_taken": call("chen", lambda w: {"batch": w.row("batch", "mine"), "rows": 1}),
    "exchange.services.bringing.report_taken": call("chen", lambda w: {"batch": w.row("batch", "mine")}),
    "exchange.services.expecting.expectation_set": call("zhao", lambda _w: {"kind": "accounts", "due_at": time(6)}, common="it is about the bank"),
    "exchange.services.asking.batch_start": call("chen", lambda w: {"batch": w.row("batch", "mine"), "work": JUDGE}),
    "exchange.services.asking.batch_stop": call("chen", working),
    "exchange.services.exporting.export_ask": call(
        "li", lambda _w: {"name": "customers.people", "query": "", "clear": [], "purpose": "向乡镇报送走访情况"},
        common="one asks for what one sees; a second person signs",
    ),
    "exchange.services.exporting.export_decide": call("zhao", lambda w: {"export": w.row("export", "mine"), "sign": True}),
    "exchange.services.exporting.export_fetch": call("li", ready),
    "exchange.services.exporting.export_limit_set": call("zhao", lambda _w: {"rows": 50}, common="it is about the bank"),
    "exchange.services.exporting.exports_read": call("auditor"),
    "exchange.services.exporting.kind_taken": call(
        "zhao", lambda _w: {"kind": "grids", "rows": 1}, common="whoever brings such files takes what he sees of them",
    ),
    "exchange.services.storing.rows_take": call("chen", stored),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "exchange.services.exporting.exports_forget": "the clock's: it removes files whose days are over",
    "exchange.services.exporting.opened_for": "reads",
    "exchange.services.exporting.outlet_for": "reads",
    "exchange.services.making.export_content": "reads",
    "exchange.services.making.make": "a job: asked for by export_decide",
    "exchange.services.making.files_remove": "part of another",
    "exchange.services.making.standing_manifest": "reads",
    "exchange.services.bringing.batch_locked": "reads",
    "exchange.services.bringing.digest_of": "reads",
    "exchange.services.bringing.file_label": "reads",
    "exchange.services.bringing.kind_for": "reads",
    "exchange.services.forgetting.errors_path": "reads",
    "exchange.services.reading.chunks_of": "reads",
    "exchange.services.reading.content_of": "reads",
    "exchange.services.reading.lines_of": "reads",
    "exchange.services.returning.phase_of": "reads",
    "exchange.services.returning.wrong_rows": "reads; that they were taken is recorded by errors_taken",
    "exchange.services.storing.judge": "a job: it tells what would be done",
    "exchange.services.storing.store": "a job: asked for by batch_start, a row in the trail for each portion",
    "exchange.services.storing.one_by_one": "part of storing a file",
    "exchange.services.storing.refusal": "reads",
    "exchange.services.storing.source_of": "reads",
    "exchange.services.storing.source_told": "reads",
    "exchange.services.undoing.undo": "a job: asked for by batch_start, a row in the trail for each portion",
    "exchange.services.asking.taken_up": "reads",
    "exchange.services.asking.is_stopping": "reads",
    "exchange.services.asking.finish": "part of a job",
    "exchange.services.expecting.files_watch": "the clock's: it looks which files came",
    "exchange.services.forgetting.batches_forget": "the clock's: it removes what was held of files",
}
