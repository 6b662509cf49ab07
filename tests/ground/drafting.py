"""A branch of two grids in three villages, and drafts of another cut of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from customers.models import Household
from ground import services
from ground.cutting import Place, there
from ground.models import Layout
from tests import factories

TODAY = timezone.localdate()
LONG_AGO = timezone.now() - timedelta(days=90)


class Villages:
    """Li has the first village in two groups and the second; Wang has the third; one household hangs at the branch."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.first, self.second, self.third = (
            factories.AreaFactory(code=f"52272710120{n}", name=name)
            for n, name in enumerate(("甲一村", "甲二村", "乙一村"), 1)
        )
        self.homes = [
            factories.HouseholdFactory(grid=grid, area=area, group_name=group)
            for grid, area, group, count in (
                (cast.grid_li, self.first, "一组", 3),
                (cast.grid_li, self.first, "二组", 2),
                (cast.grid_li, self.second, "", 4),
                (cast.grid_wang, self.third, "一组", 5),
            )
            for _ in range(count)
        ]
        Household._base_manager.update(created_at=LONG_AGO)
        self.one = Place(cast.grid_li.pk, self.first.pk, "一组")
        self.two = Place(cast.grid_li.pk, self.first.pk, "二组")
        self.whole = Place(cast.grid_li.pk, self.second.pk, "")
        self.other = Place(cast.grid_wang.pk, self.third.pk, "一组")
        self.li, self.wang = there(cast.grid_li.pk), there(cast.grid_wang.pk)


def opened(cast: Any, **changes: Any) -> Layout:
    given = {
        "actor": cast.chen,
        "grid": cast.east,
        "name": "明年重划",
        "first_day": TODAY + timedelta(days=9),
    }
    return services.layout_open(**given | changes)


def change(act: str, layout: Layout, actor: Any, **values: Any) -> Layout:
    return getattr(services, f"layout_{act}")(actor=actor, layout=layout, version=layout.version, **values)


def published(layout: Layout, maker: Any, signer: Any, first_day: Any = None) -> Layout:
    row = change("submit", layout, maker, first_day=first_day or layout.first_day)
    return services.layout_sign(actor=signer, layout=row)


def come(layout: Layout, day: Any = TODAY) -> Layout:
    """Let the day of a layout be another one: nobody waits for it."""
    Layout._base_manager.filter(pk=layout.pk).update(first_day=day)
    return layout
