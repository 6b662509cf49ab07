"""Files for tests, and a kind of file that keeps its rows in a dictionary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import xlsxwriter

from exchange import selectors, services
from exchange.models import Batch
from exchange.sheets import Column, Fate, Holds, Outcome, Sheet, Undone, register, wrong
from gridbank.errors import Refused
from jobs.running import run

STAFF_HEAD = ["员工号", "姓名", "岗位"]


def xlsx(*rows: Sequence[str | None], name: str = "名册") -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write_string(at, column, cell)
    return buffer.getvalue()


def brought(actor, content: bytes, *, kind: str = "staff", name: str = "名册.xlsx") -> Batch:
    return services.batch_bring(actor=actor, kind=kind, name=name, content=content, as_of=date(2026, 11, 27))


def worked(actor, batch: Batch, work: str) -> dict[str, int]:
    """Do the work here and now, and return what the job says."""
    job = services.batch_start(actor=actor, batch=batch, work=work)
    run(job.pk)
    job.refresh_from_db()
    batch.refresh_from_db()
    assert job.status == "done", job.message
    return job.result


def stored(actor, content: bytes, *, kind: str = "staff") -> tuple[Batch, dict[str, int]]:
    batch = brought(actor, content, kind=kind)
    return batch, worked(actor, batch, selectors.STORE)


class Shelf:
    """A room of things with a code and a name: 坏 is wrong, 疑 is doubtful, 拒 is refused for all rows at once."""

    def __init__(self) -> None:
        self.things: dict[str, str] = {}
        self.calls: list[int] = []

    def judge(self, _source, rows, *, write=False):
        found = []
        if write:
            self.calls.append(len(rows))
        if any(row.values["name"] == "拒" for row in rows):
            raise Refused("拒绝入库。")
        for row in rows:
            code, name = row.values["code"], row.values["name"]
            before = self.things.get(code)
            if name == "坏":
                found.append(wrong("name", "名称不对。", "请改。"))
            elif name == "疑" and not row.taken:
                found.append(Outcome(Fate.DOUBTFUL))
            elif before == name:
                found.append(Outcome(Fate.UNCHANGED))
            else:
                fate = Fate.NEW if before is None else Fate.CHANGED
                found.append(Outcome(fate, subject=code, before={"name": before}, after={"name": name}))
                if write:
                    self.things[code] = name
        return found

    def undo(self, _source, rows):
        found = []
        for row in rows:
            if self.things.get(row.subject) != row.after["name"]:
                found.append(Undone("有人改过。"))
                continue
            if row.fate == Fate.NEW:
                del self.things[row.subject]
            else:
                self.things[row.subject] = row.before["name"]
            found.append(Undone())
        return found

    def sheet(self, **more) -> Sheet:
        return replace(
            Sheet(
                kind="things", label="物", about="",
                columns=(
                    Column(key="code", label="编号", holds=Holds.CODE, required=True),
                    Column(key="name", label="名称", required=True, personal=True),
                ),
                may=lambda _actor: True, why_not=lambda _actor: "", judge=self.judge, chunk=2,
                store=lambda source, rows: self.judge(source, rows, write=True), undo=self.undo,
            ),
            **more,
        )  # fmt: skip


def shelf(**more) -> Shelf:
    made = Shelf()
    register(made.sheet(**more))
    return made
