"""The made-up bank is as large as Pingtang's."""

from collections import Counter

import pytest

from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from ground.models import ServicePoint
from tests.demo.seeded import TODAY, seed

pytestmark = pytest.mark.django_db


def test_the_bank_is_pingtangs_size():
    seed()
    with waive_scope("a test looks at every row"):
        tiers = Counter(Grid.objects.values_list("tier", "nature"))
        assert tiers == {
            ("head_office", "base"): 1,
            ("branch", "base"): 21,
            ("manager", "base"): 131,
            ("manager", "special"): 2,
        }
        assert Counter(ServicePoint.objects.values_list("kind", flat=True)) == {
            "outlet": 21,
            "e_station": 6,
            "village_point": 144,
        }
        led = Assignment.on(TODAY).filter(part="lead", grid__tier="manager", grid__nature="base")
        assert led.count() == 130, "one grid has nobody"
        assert 100 <= led.values("user").distinct().count() <= 120
        li, wang = (led.get(user__username=name).grid for name in ("li", "wang"))
        assert li.parent == wang.parent
        boss = Assignment.on(TODAY).get(user__username="chen")
        assert boss.grid == li.parent
        assert not Assignment.on(TODAY).filter(user__username="sun").exists()
