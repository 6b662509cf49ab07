"""How handovers are listed and shown: what changes, what is still open, whose name is missing."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridbank.pages import Question
from grids import handed, loads, policies
from grids.enums import HandoverKind, HandoverState, Signing
from grids.models import Handover, HandoverPart, HandoverSignature, HandoverVisit
from people.models import User

TONES = {
    HandoverState.OPEN: "warn",
    HandoverState.SIGNED: "accent",
    HandoverState.DONE: "ok",
    HandoverState.UNDONE: "muted",
}


def listed(actor: User, rows: Iterable[Handover]) -> list[dict[str, Any]]:
    """Return each handover with what goes to whom and how it stands."""
    found = list(rows)
    parts = handed.parts_of(actor=actor, handovers=found)
    return [
        {"row": row, "parts": parts[row.pk], "tone": TONES[HandoverState(row.state)], "state": state(row)}
        for row in found
    ]


def state(row: Handover) -> str:
    """Say how a handover stands."""
    if row.is_over:
        return _("Its day came unsigned")
    return _("Could not be put in force") if row.trouble else row.get_state_display()


def page(actor: User, row: Handover) -> dict[str, Any]:
    """Return what the page of a handover shows to this reader."""
    parts = handed.parts_of(actor=actor, handovers=[row])[row.pk]
    wards = handed.wards_of(actor=actor, handover=row)
    chosen = [one.subject_id for one in wards] if row.kind == HandoverKind.HOUSEHOLDS else None
    under_way = row.is_under_way
    return {
        "row": row,
        "parts": parts,
        "wards": wards,
        "state": state(row),
        "tone": "bad" if row.is_over or row.trouble else TONES[HandoverState(row.state)],
        "columns": _columns(),
        "loads": _compared(row),
        "signatures": _signatures(actor, row, parts),
        "visits": HandoverVisit.objects.visible_to(actor).filter(handover=row).select_related("recorded_by"),
        "still_open": handed.still_open(actor=actor, grids=[one.grid_id for one in parts], wards=chosen)
        if under_way else [],
        "residuals": handed.residual_list(actor=actor).filter(handover=row),
        "may_undo": under_way and policies.keeps(actor, parts) and (not row.is_come or bool(row.trouble)),
        "may_visit": row.state != HandoverState.UNDONE and policies.takes_part(actor, row, parts),
    }  # fmt: skip


def _columns() -> list[tuple[str, Any]]:
    return [(handed.GRIDS, _("Grids")), *((load.key, load.label) for load in loads.registered())]


def _compared(row: Handover) -> list[dict[str, Any]]:
    """Return by person what he carries before and after, as it was counted when the handover was opened."""
    return [
        {
            "name": one["name"],
            "side": Signing.GIVER.label if one["user"] == row.giver_id else Signing.RECEIVER.label,
            "cells": [
                {"label": label, "before": one["before"].get(key), "after": one["after"].get(key)}
                for key, label in _columns()
            ],
        }
        for one in row.loads
    ]


def _signatures(actor: User, row: Handover, parts: list[HandoverPart]) -> list[dict[str, Any]]:
    """Return whose name is there and whose is missing, and which of them the reader may give now."""
    rows = HandoverSignature.objects.visible_to(actor).filter(handover=row)
    given = {(one.part, one.user_id): one for one in rows.select_related("user", "signed_by")}
    is_open = row.state == HandoverState.OPEN and not row.is_over
    supervises = policies.supervises(actor, row, parts)
    sides = [(Signing.GIVER, row.giver)]
    sides += [(Signing.RECEIVER, user) for user in {one.receiver_id: one.receiver for one in parts}.values()]
    found = [
        {
            "part": part.value,
            "label": part.label,
            "name": user.name,
            "given": given.get((part.value, user.pk)),
            "may": is_open and (part.value, user.pk) not in given and actor.pk == user.pk,
            "may_for": is_open
            and (part.value, user.pk) not in given
            and part == Signing.GIVER
            and supervises
            and not policies.signs_himself(row.giver),
        }
        for part, user in sides
    ]
    last = next((one for (part, _pk), one in given.items() if part == Signing.SUPERVISOR), None)
    found.append(
        {
            "part": Signing.SUPERVISOR.value,
            "label": Signing.SUPERVISOR.label,
            "name": last.user.name if last else "",
            "given": last,
            "may": is_open and last is None and supervises,
            "may_for": False,
        }
    )
    return found


def undoing(row: Handover) -> Question:
    """Return what is asked before a handover is undone."""
    day = date_format(row.first_day, "SHORT_DATE_FORMAT")
    return Question(
        title=_("Undo the handover of %(name)s?") % {"name": row.giver.name},
        consequences=[
            _("On %(day)s nothing changes: who is responsible stays as it is.") % {"day": day},
            _("The signatures stay where they are listed; to hand over after all, open another."),
        ],
        button=_("Undo it"),
        back=row.get_absolute_url(),
    )
