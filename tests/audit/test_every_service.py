"""Every service that writes leaves its audit row, and does nothing where it can't."""

from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, models

from audit.models import AuditEvent
from tests.nets.calling import CALLS, KNOWN, OTHERS, SERVICES, given, is_other
from tests.nets.site import World


def test_every_public_function_is_a_service_or_says_why_not():
    unknown = [name for name in SERVICES if name not in CALLS and not is_other(name)]
    assert unknown == [], "add them to CALLS or OTHERS of tests/<app>/calls.py"


def test_the_lists_name_nothing_that_is_gone():
    modules = {name.rpartition(".")[0] for name in SERVICES}
    assert [name for name in CALLS if name not in SERVICES] == []
    assert [name for name in OTHERS if name not in SERVICES and name not in modules] == []


@pytest.mark.parametrize("name", KNOWN)
def test_the_service_leaves_its_audit_row(shared: World, name):
    told = CALLS[name]
    arguments = given(shared, name)
    before = AuditEvent.objects.count()
    SERVICES[name](**arguments)
    left = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_id"))[before:]
    assert len(left) == told.rows, left
    actor = arguments["actor"]
    wanted = {actor.pk if actor else None} | ({None} if told.by_installation else set())
    assert {actor_id for _, actor_id in left} == wanted
    assert (told.rows == 1) != bool(told.why)


# They write more than one transaction on purpose: an unfinished computation counts for nothing, and the next removes it.
LEAVES_SOMETHING = {"performance.services.runs.run_compute"}


def plain(row: tuple[Any, ...]) -> str:
    """Return a row in words; what PostgreSQL hands over as memory says where it lies, and not what it holds."""
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def rows() -> dict[str, list[str]]:
    return {
        model._meta.label: sorted(map(plain, models.QuerySet(model).values_list()))
        for model in apps.get_models()
    }


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in LEAVES_SOMETHING])
def test_no_audit_row_no_act(shared: World, name, monkeypatch):
    """R21: when the trail can't be written, nothing else is."""
    arguments = given(shared, name)
    before = rows()

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(AuditEvent, "save", full)
    with pytest.raises(OperationalError, match="disk full"):
        SERVICES[name](**arguments)
    assert {label for label, found in rows().items() if found != before[label]} == set()
