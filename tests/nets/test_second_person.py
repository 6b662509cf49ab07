"""What takes two people takes two of them: another account of the same staff number is the same person."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from customers.models import Claim
from customers.selectors import claim_list
from grids.selectors import backdatings_to_sign
from ground.drafts import layouts_to_sign
from people.models import User
from performance.models import GridTarget
from tests.factories import UserFactory
from tests.nets.calling import done, given
from tests.nets.site import World
from tests.nets.test_services import REFUSAL

Maker = Callable[[dict[str, Any]], User]
# each act that takes a second person: who was the first
FIRST: dict[str, Maker] = {
    "customers.services.claims.claims_decide": lambda a: claim(a).entered_by,
    "exchange.services.exporting.export_decide": lambda a: a["export"].asker,
    "grids.services.backdating.backdating_refuse": lambda a: a["backdating"].asked_by,
    "grids.services.backdating.backdating_sign": lambda a: a["backdating"].asked_by,
    "grids.services.handovers.handover_sign": lambda a: a["handover"].giver,
    "ground.services.layouts.layout_sign": lambda a: a["layout"].submitted_by,
    "performance.services.months.period_lock": lambda a: a["period"].published_by,
    "performance.services.schemes.scheme_activate": lambda a: a["scheme"].created_by,
    "performance.services.targets.targets_sign": lambda a: drafts(a).order_by("pk")[0].made_by,
}
# what the database holds to two accounts, and which act it is held by here
HELD = {
    "backdating_by_two": "grids.services.backdating.backdating_sign",
    "claim_by_two": "customers.services.claims.claims_decide",
    "grid_target_by_two": "performance.services.targets.targets_sign",
    "grid_target_figure_by_two": "performance.services.targets.targets_sign",
    "layout_by_two": "ground.services.layouts.layout_sign",
    "period_maker_is_not_checker": "performance.services.months.period_lock",
    "scheme_maker_is_not_checker": "performance.services.schemes.scheme_activate",
}
IN_FORCE = "ground.services.enforcing.layout_put_in_force"
WRITTEN = {
    "in small letters": str.lower,
    "in full width": lambda number: "".join(chr(ord(sign) + 0xFEE0) for sign in number),
    "with blanks": lambda number: f" {number[:2]} {number[2:]}",
}


def claim(arguments: dict[str, Any]) -> Claim:
    return claim_list(actor=arguments["actor"]).get(pk=arguments["claims"][0])


def drafts(arguments: dict[str, Any]) -> models.QuerySet[GridTarget]:
    return GridTarget.objects.visible_to(arguments["actor"]).filter(month=arguments["month"], is_signed=False)


def refused(name: str, arguments: dict[str, Any]) -> bool:
    """Tell whether an act refuses; what it did otherwise is undone."""
    with transaction.atomic():
        try:
            done(name, arguments)
        except REFUSAL:
            return True
        transaction.set_rollback(True)
    return False


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("name", FIRST)
def test_the_first_by_another_account_is_no_second(shared: World, name: str, written: str):
    arguments = given(shared, name)
    actor, first = arguments["actor"], FIRST[name](arguments)
    assert actor.pk != first.pk
    assert not refused(name, arguments), "somebody else may: the rest would prove nothing"
    number = WRITTEN[written](first.staff_no)
    assert number != first.staff_no
    assert unicodedata.normalize("NFKC", number).upper().replace(" ", "") == first.staff_no
    User.objects.filter(pk=actor.pk).update(staff_no=number)
    actor.staff_no = number
    assert refused(name, arguments)
    for listed in (backdatings_to_sign, layouts_to_sign):
        asked = [arguments.get("backdating"), arguments.get("layout")]
        assert not {*listed(actor=actor)} & {*asked}, "what he may not do is not offered"


@pytest.mark.parametrize("maker", ["opened_by", "submitted_by"])
def test_what_one_person_signed_twice_is_not_put_in_force(shared: World, maker: str):
    """Whoever had the account's number corrected after he signed is one person all the same."""
    arguments = given(shared, IN_FORCE)
    layout = arguments["layout"]
    setattr(layout, maker, UserFactory())
    layout.save(update_fields=[maker])
    assert not refused(IN_FORCE, arguments)
    getattr(layout, maker).staff_no = layout.signed_by.staff_no.lower()
    getattr(layout, maker).save(update_fields=["staff_no"])
    assert refused(IN_FORCE, arguments)


def test_whatever_the_database_holds_to_two_accounts_is_here():
    found = set()
    for model in apps.get_models():
        people = {
            field.name
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model._meta.label == settings.AUTH_USER_MODEL
        }
        for one in model._meta.constraints:
            if isinstance(one, models.CheckConstraint) and _compared(one.condition, people):
                found.add(one.name)
    assert found == HELD.keys()
    assert {*HELD.values()} <= FIRST.keys()


def _compared(node: Any, people: set[str], *, is_negated: bool = False) -> bool:
    """Whether a condition says that two people are not the same."""
    is_negated ^= node.negated
    for child in node.children:
        if isinstance(child, models.Q):
            if _compared(child, people, is_negated=is_negated):
                return True
        elif is_negated and child[0] in people and isinstance(child[1], F) and child[1].name in people:
            return True
    return False
