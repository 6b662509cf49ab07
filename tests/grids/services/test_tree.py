"""Proving and repairing the tree."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from grids import services
from grids.models import Assignment, Grid
from tests.grids.banks import TODAY, actions, province
from tests.grids.telling import two_leads_allowed
from tests.people import SINCE

pytestmark = pytest.mark.usefixtures("unguarded")


def test_a_broken_tree_is_found_mended_and_proved(cast, capsys):
    call_command("verify_grids")
    Grid.objects.filter(pk=cast.grid_wang.pk).update(path="aside")
    Grid.objects.filter(pk=cast.grid_li.pk).update(path=cast.grid_wang.path)
    # swapped
    Grid.objects.filter(pk=cast.grid_wang.pk).update(path=cast.grid_li.path)
    Grid.objects.filter(pk=cast.grid_wu.pk).update(path=f"{cast.east.path}{cast.grid_wu.pk}/")
    assert {fault.grid_id for fault in services.tree_faults()} == {
        cast.grid_li.pk,
        cast.grid_wang.pk,
        cast.grid_wu.pk,
    }
    with pytest.raises(CommandError, match="--repair"):
        call_command("verify_grids")
    call_command("verify_grids", repair=True)
    assert "The tree is sound." in capsys.readouterr().out
    cast.grid_wu.refresh_from_db()
    assert cast.grid_wu.path == f"{cast.west.path}{cast.grid_wu.pk}/"
    assert actions() == ["grids.paths_repaired"]


def test_circles_wrong_tiers_and_double_leads_are_left_to_people(cast):
    Grid.objects.filter(pk=cast.east.pk).update(parent=cast.grid_li)
    Grid.objects.filter(pk=cast.grid_wu.pk).update(parent=cast.root)
    with two_leads_allowed():
        Assignment(grid=cast.west, user=cast.zhou, part="lead", valid_from=SINCE, valid_to=TODAY).save()
    found = [(fault.grid_id, fault.path is None) for fault in services.tree_faults()]
    for grid in (cast.east, cast.grid_li, cast.grid_wang, cast.grid_wu, cast.west):
        assert (grid.pk, True) in found
    services.tree_repair(actor=None)
    with pytest.raises(CommandError):
        call_command("verify_grids")


@pytest.mark.slow
def test_eighteen_thousand_grids_are_proved_and_mended_in_seconds(db):
    for bank in range(88):
        rows = province(21, 183)
        rows = [
            services.GridRow(f"{bank}.{r.code}", r.name, r.tier, SINCE, f"{bank}.{r.parent}" * bool(r.parent))
            for r in rows
        ]
        services.grids_bulk_create(actor=None, rows=rows[: 18_000 // 88])
    assert Grid.objects.count() > 17_900
    started = timezone.now()
    assert services.tree_faults() == []
    Grid.objects.filter(tier="manager", code__endswith="7").update(path=connection_concat())
    assert len(services.tree_repair(actor=None)) > 1_000
    assert services.tree_faults() == []
    assert timezone.now() - started < timedelta(seconds=30)


def connection_concat():
    from django.db.models import CharField, F, Value
    from django.db.models.functions import Cast, Concat

    assert connection
    return Concat(Value("/0/"), Cast(F("pk"), CharField()), Value("/"), output_field=CharField())
