"""The first day of a bank: seven steps in any order, each with what stands, its files, and what is still wanting."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.setting_up import Standing, last_files, standing
from exchange.models import Batch
from exchange.sheets import Sheet, sheet_of
from gridbank.addresses import address
from grids.models import Grid
from people.models import User


@dataclass(frozen=True)
class Wanting:
    """What is still wanting, and the page on which it is mended."""

    says: str
    verb: str
    url: str


@dataclass(frozen=True)
class File:
    """A kind of file of a step: who brings it when the reader doesn't, and what became of the last one."""

    sheet: Sheet
    why_not: str
    last: Batch | None


@dataclass(frozen=True)
class Step:
    """A step: its name, what stands, what is wanting, its files, and the page on which one does it by hand."""

    title: str
    says: str
    is_done: bool
    wanting: list[Wanting]
    files: list[File]
    by_hand: Wanting | None = None


def page(*, actor: User, bank: Grid) -> dict[str, Any]:
    """Return what the page shows of a bank."""
    found, files = standing(actor=actor, bank=bank), _Files(actor)
    steps = [
        _bank(found), _people(found, files), _grids(found, files), _ground(found),
        _households(found, files), _products(found, files), _targets(found, files),
    ]  # fmt: skip
    return {"bank": bank, "steps": steps, "done": sum(step.is_done for step in steps), "period": found.period}


class _Files:
    """The kinds of file, as the reader meets them."""

    def __init__(self, actor: User) -> None:
        self.actor, self.last = actor, last_files(actor=actor)

    def of(self, *kinds: str) -> list[File]:
        """Return those of the kinds that there are."""
        sheets = [sheet for kind in kinds if (sheet := sheet_of(kind)) is not None]
        return [
            File(one, "" if one.may(self.actor) else one.why_not(self.actor), self.last.get(one.kind))
            for one in sheets
        ]


def _gap(found: Standing, key: str, says: str, verb: str) -> list[Wanting]:
    n = found.wanting.get(key, 0)
    return [Wanting(says % {"n": n}, verb, address("grids:gaps", show=key))] if n else []


def _bank(found: Standing) -> Step:
    says = _("%(bank)s: %(branches)s branches, %(grids)s grids of villages and communities.")
    values = {"bank": found.bank.name, "branches": found.branches, "grids": found.grids}
    tree = Wanting("", _("Open the grids"), address("grids:list"))
    return Step(_("The bank and its county"), says % values, found.grids > 0, [], [], tree)


def _people(found: Standing, files: _Files) -> Step:
    says = ngettext(
        "%(n)s person has a part in a grid.", "%(n)s people have a part in a grid.", found.people
    ) % {"n": found.people}
    idle = _gap(found, "idle", _("%(n)s without a grid"), _("Who?"))
    return Step(_("People"), says, found.people > 1, idle, files.of("staff"))


def _grids(found: Standing, files: _Files) -> Step:
    vacant = found.wanting.get("vacant", 0)
    says = _("%(n)s grids and branches have nobody who leads.") % {"n": vacant}
    wanting = _gap(found, "vacant", _("%(n)s without a lead"), _("Assign somebody"))
    wanting += _gap(found, "duty", _("%(n)s without a written duty"), _("Write it"))
    done = _("Every grid has somebody who leads it.")
    title = _("Grids and who leads them")
    return Step(title, says if vacant else done, not vacant, wanting, files.of("grids", "assignments"))


def _ground(found: Standing) -> Step:
    says = _("%(n)s of %(of)s grids have a boundary; the others stand in the list beside the map.")
    by_hand = Wanting("", _("Open the map"), address("ground:map"))
    is_done = 0 < found.grids == found.bounded
    values = {"n": found.bounded, "of": found.grids}
    return Step(_("Boundaries"), says % values, is_done, [], [], by_hand)


def _households(found: Standing, files: _Files) -> Step:
    says = ngettext("%(n)s household.", "%(n)s households.", found.households) % {"n": found.households}
    wanting = []
    if found.without_households:
        text = _("%(n)s grids without any household") % {"n": found.without_households}
        wanting = [Wanting(text, _("Open the grids"), address("grids:list"))]
    return Step(pgettext("step", "Households"), says, found.households > 0, wanting, files.of("households"))


def _products(found: Standing, files: _Files) -> Step:
    says = ngettext("%(n)s product on sale.", "%(n)s products on sale.", found.products) % {
        "n": found.products
    }
    return Step(
        _("Products and what people have of them"), says, found.products > 0, [],
        files.of("products", "holdings", "accounts"),
    )  # fmt: skip


def _targets(found: Standing, files: _Files) -> Step:
    wanting = _gap(found, "target", _("%(n)s grids without a target this month"), _("Which?"))
    by_hand = Wanting("", _("Write targets"), address("performance:targets"))
    says = _("Some grids have no target this month.") if wanting else _("Every grid has a target this month.")
    return Step(pgettext("step", "Targets"), says, not wanting, wanting, files.of("targets"), by_hand)
