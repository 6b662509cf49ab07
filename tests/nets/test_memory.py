"""What a request remembers is what the database says, after every service too."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from customers.models import grid_scope_q
from gridbank.context import request_scope
from grids.authority import Act, may
from grids.models import Grid, assigned_paths, banks_of
from people.models import User
from tests.nets.calling import KNOWN, SERVICES, given
from tests.nets.site import World


def known() -> dict[str, object]:
    """Return for everybody what the rooms ask most often, and what is remembered of it."""
    grids = list(models.QuerySet(Grid).order_by("pk"))
    return {
        user.username: (
            assigned_paths(user),
            banks_of(user),
            str(grid_scope_q(user)),
            [[may(user, act, grid) for act in Act] for grid in grids],
        )
        for user in User.objects.order_by("pk")
    }


@pytest.mark.parametrize("name", KNOWN)
def test_within_a_request_nothing_is_remembered_that_a_service_changed(shared: World, name: str):
    arguments = given(shared, name)
    # what ends today still opens today
    if "last_day" in arguments:
        # what is only asked for lies before today with its first day after, too
        days = 2 if name.endswith("_ask") else 1
        arguments["last_day"] = timezone.localdate() - timedelta(days=days)
    with request_scope("r"):
        known()
        SERVICES[name](**arguments)
        remembered = known()
    with request_scope("next"):
        assert remembered == known()
