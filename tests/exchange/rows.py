"""Rows of the exchange app for the nets, and which of its routes wants which."""

from datetime import date
from typing import Any

from audit.services import record
from exchange import services
from exchange.actions import Action
from exchange.models import Batch, Export
from exchange.selectors import EXPORT
from jobs.requesting import request_job
from tests.exchange.exports import worked
from tests.exchange.files import STAFF_HEAD, xlsx
from tests.nets.making import ABSENT, Kwargs, by

HEAD = ["网格编号", "网格名称", "上级网格编号"]


def _batch(world: Any, whose: str) -> Batch:
    """A branch's own file; the stranger's is of another bank."""
    grid = world.cast.east if whose == "mine" else world.cast.west
    batch = services.batch_bring(
        actor=world.cast.chen if whose == "mine" else world.cast.zhou, kind="grids", name="网格.xlsx",
        content=xlsx(HEAD, ["N7", "新网格", grid.code]), as_of=date(2026, 9, 1),
    )  # fmt: skip
    if whose != "mine":
        Batch.everywhere().filter(pk=batch.pk).update(bank_id=ABSENT)
    return batch


def _kind(_world: Any, whose: str) -> Kwargs | None:
    """Kinds are nobody's: one that is out of sight is none."""
    return {"mine": {"kind": "grids"}, "absent": {"kind": "nothing"}}.get(whose)


def _started(world: Any, whose: str) -> Kwargs:
    return {**by("batch")(world, whose), "work": "undo"}


def _staff(world: Any, _whose: str) -> Batch:
    """The system administrator's file."""
    return services.batch_bring(
        actor=world.officers["sysadmin"], kind="staff", name="人员.xlsx", content=xlsx(STAFF_HEAD, ["S7", "新人", "客户经理"]),
        as_of=date(2026, 9, 1),
    )  # fmt: skip


def _staff_kind(_world: Any, _whose: str) -> Kwargs:
    return {"kind": "staff"}


def _staff_started(world: Any, whose: str) -> Kwargs:
    return {**by("staff_batch")(world, whose), "work": "undo"}


def _core(world: Any, whose: str) -> Batch:
    """A stored file of the core system, of head office; the stranger's is of another bank."""
    content = xlsx(["身份证号", "开户日期"], ["522727198005170000", "2026-08-01"])
    batch = services.batch_bring(
        actor=world.cast.zhao, kind="accounts", name="开户.xlsx", content=content, as_of=date(2026, 9, 1)
    )
    Batch.everywhere().filter(pk=batch.pk).update(state="stored")
    if whose != "mine":
        Batch.everywhere().filter(pk=batch.pk).update(bank_id=ABSENT, uploader=None)
    return batch


_compared = by("core_batch")


def _export(world: Any, whose: str) -> Export:
    """Li's export that waits; the stranger's is of another bank."""
    actor = world.cast.li if whose == "mine" else world.cast.wu
    export = services.export_ask(
        actor=actor, name="customers.people", query="", clear=[], purpose="向乡镇报送走访情况"
    )
    if whose != "mine":
        Export.everywhere().filter(pk=export.pk).update(bank_id=ABSENT)
    return export


# whose lists are no bank's: which, and who signs
OFFICERS = {
    "sysadmin": ("people.accounts", "secadmin"),
    "secadmin": ("people.accounts", "sysadmin"),
    "auditor": ("audit.events", "secadmin"),
}


def _made(name: str) -> Any:
    """An export of somebody's own that was made; the stranger's is of another bank."""
    what, signing = OFFICERS.get(name, ("customers.people", "zhao"))

    def make(world: Any, whose: str) -> Export:
        if whose != "mine":
            # one for all: of his own nobody has more than a few open
            return world.row("export", whose)
        asker = world.person(name)
        export = services.export_ask(actor=asker, name=what, query="", clear=[], purpose="向乡镇报送走访情况")
        if name == "zhao":
            # nobody else of head office is there to sign it: the trail says that somebody did
            signer = world.person("sysadmin")
            Export.everywhere().filter(pk=export.pk).update(state="signed", signer=signer)
            record(actor=signer, action=Action.EXPORT_SIGNED, subject=export)
            request_job(kind=EXPORT, subject=str(export.pk), actor=asker)
        else:
            services.export_decide(actor=world.person(signing), export=export, sign=True)
        return worked(export)

    return make


def _officers(name: str) -> dict[str, Any]:
    """What an officer has of the exports."""
    return {
        "exchange:export-new": lambda _world, _whose: {"of": OFFICERS[name][0]},
        "exchange:export-file": by(f"made_{name}"),
    }


def _outlet(_world: Any, whose: str) -> Kwargs | None:
    """A list is nobody's: one that is out of sight is none."""
    return {"mine": {"of": "customers.people"}, "absent": {"of": "nothing"}}.get(whose)


MAKE = {
    **{f"made_{name}": _made(name) for name in ("zhao", "chen", "li", *OFFICERS)},
    "export": _export,
    "core_batch": _core,
    "batch": _batch,
    "staff_batch": _staff,
}
# whose own row is another one than Li's or Chen's
OWN = {
    "zhao": {"exchange:export-file": by("made_zhao")},
    "chen": {"exchange:export-file": by("made_chen")},
    "secadmin": _officers("secadmin"),
    "auditor": _officers("auditor"),
    "sysadmin": {
        "exchange:new": _staff_kind,
        **_officers("sysadmin"),
        "exchange:template": _staff_kind,
        "exchange:out": _staff_kind,
        "exchange:start": _staff_started,
        "exchange": by("staff_batch"),
    },
}
ROWS = {
    "exchange:new": _kind,
    "exchange:template": _kind,
    "exchange:out": _kind,
    "exchange:start": _started,
    "exchange": by("batch"),
    "exchange:compared": _compared,
    "exchange:compared-book": _compared,
    "exchange:export-new": _outlet,
    "exchange:export-decide": by("export"),
    "exchange:export-file": by("made_li"),
    "batch-detail": by("batch"),
    "batch-work": _started,
}
