"""What a closed month has been through and who put his name to it, as steps; the next one says what it waits for."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.authority import Act, why_not
from jobs.models import JobRun
from people.models import User
from performance import policies
from performance.enums import PeriodStatus
from performance.models import Period

HASH = 4


def _day(moment: Any) -> str:
    return date_format(localtime(moment), "m-d H:i") if moment else ""


def signatures(*, actor: User, period: Period, proof: JobRun | None) -> list[dict[str, Any]]:
    """Return the steps of a month: computed, checked, published, locked; what follows the last that is done is next."""
    steps = [_computed(period), _proved(proof), _published(actor, period), _locked(actor, period)]
    done = max((number for number, step in enumerate(steps) if step["state"] != "todo"), default=-1)
    if done + 1 < len(steps):
        steps[done + 1]["state"] = "next"
    return steps


def _computed(period: Period) -> dict[str, Any]:
    run = period.current_run
    note = (
        _("run %(run)s · check code %(hash)s") % {"run": run.pk, "hash": code_of(run.root_hash)}
        if run
        else ""
    )
    return _step(
        pgettext("step of a month", "Computed"),
        done=run is not None,
        when=_day(run.finished_at) if run else "",
        note=note,
    )


def code_of(root_hash: str) -> str:
    """Write a hash so short that people compare it by eye."""
    return f"{root_hash[:HASH]}···{root_hash[-HASH // 2 :]}" if root_hash else "–"


def _proved(proof: JobRun | None) -> dict[str, Any]:
    done = proof is not None and proof.status == JobRun.Status.DONE
    if proof is None or not done:
        return _step(pgettext("step of a month", "Checked"), done=False)
    ok = bool(proof.result.get("ok"))
    note = _("the same as what was sealed") if ok else _("differs from what was sealed")
    return _step(
        pgettext("step of a month", "Checked"), done=True, when=_day(proof.finished_at), note=note, bad=not ok
    )


def _published(actor: User, period: Period) -> dict[str, Any]:
    done = period.published_by is not None
    who = period.published_by.name if period.published_by else ""
    note = (
        "" if done or not policies.is_publishable(period) else why_not(actor, Act.MONTH_PUBLISH, period.grid)
    )
    return _step(
        pgettext("step of a month", "Published"),
        done=done,
        when=_day(period.published_at),
        who=who,
        note=note,
    )


def _locked(actor: User, period: Period) -> dict[str, Any]:
    done = period.locked_by is not None
    who = period.locked_by.name if period.locked_by else ""
    note = ""
    if period.status == PeriodStatus.PUBLISHED:
        note = why_not(actor, Act.MONTH_LOCK, period.grid) or policies.why_not_second(actor, period)
    return _step(
        pgettext("step of a month", "Locked"), done=done, when=_day(period.locked_at), who=who, note=note
    )


def _step(
    name: str, *, done: bool, when: str = "", who: str = "", note: str = "", bad: bool = False
) -> dict[str, Any]:
    state = "bad" if bad else "done" if done else "todo"
    return {"name": name, "state": state, "when": when, "who": who, "note": note}
