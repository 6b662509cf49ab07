"""One way to call each service of the customers app: see `tests/nets/calling.py`."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from customers.models import Likeness
from customers.services import persons_merge
from gridbank.scoping import waive_scope
from tests import factories
from tests.customers.numbers import id_number
from tests.nets.calling import Call, call, once, row
from tests.nets.site import World

# of a month that is over: it is held
THEN = date(2026, 1, 15)


def numbered() -> dict[str, str]:
    """One person, whoever writes him down: of two at once the second must be told that he is there."""
    return {"id_type": "resident", "id_number": id_number(serial=903)}


def next_door(w: World) -> dict[str, Any]:
    return {"household": factories.HouseholdFactory(grid=w.cast.grid_li)}


def somebody_else(w: World) -> dict[str, Any]:
    return {
        "customer": factories.CustomerFactory(household=next_door(w)["household"], birth_date=None, gender="")
    }


@once
def reached(w: World) -> Any:
    """Somebody who was told about the app."""
    home = w.row("household", "mine")
    return factories.CustomerFactory(household=home, app_informed_on=THEN + timedelta(days=1))


@once
def second(w: World) -> Any:
    return factories.HouseholdFactory(grid=w.cast.grid_li)


@once
def dead(w: World) -> Any:
    """Somebody whose death was told, wrongly."""
    person = factories.CustomerFactory(household=w.row("household", "mine"), died_on=THEN)
    told = {"told_by": w.cast.li, "told_at": timezone.now(), "was": person.relation}
    person.deaths.create(day=THEN, **told)
    return person


@once
def restricted(w: World) -> Any:
    """Somebody of whom what is known is only kept."""
    now = timezone.now()
    person = factories.CustomerFactory(household=w.row("household", "mine"), restricted_at=now)
    person.restrictions.create(reason="本人要求", set_by=w.cast.li, set_at=now)
    return person


@once
def denied(w: World) -> Any:
    """A pair of whom somebody said that they are two."""
    home, now = w.row("household", "mine"), timezone.now()
    one, other = (factories.CustomerFactory(household=home) for _ in range(2))
    pair = Likeness(one=one, other=other, score=90, found_at=now, seen_at=now)
    pair.denied_by, pair.denied_at, pair.denied_because = w.cast.chen, now, "父母不同"
    pair.save()
    return pair


@once
def second_archive(w: World) -> Any:
    return factories.CustomerFactory(household=w.row("household", "mine"))


@once
def merged(w: World) -> Any:
    """Two archives put together."""
    home = factories.HouseholdFactory(grid=w.cast.grid_li)
    keep, gone = (factories.CustomerFactory(household=home) for _ in range(2))
    return persons_merge(
        actor=w.cast.zhao, customer=keep, merged=gone, versions=(1, 1), taken=[], reason="核对"
    )


@once
def family(w: World) -> Any:
    """A household of two."""
    home = factories.HouseholdFactory(grid=w.cast.grid_li)
    for _ in range(2):
        factories.CustomerFactory(household=home)
    return home


@once
def neighbours(w: World) -> Any:
    """Another household of the village."""
    return factories.CustomerFactory(household__grid=w.cast.grid_li).household


def going(w: World) -> dict[str, Any]:
    home = family(w)
    with waive_scope("a test looks at every row"):
        one = home.customers.order_by("pk").first()
    return {"household": home, "version": 1, "people": [one], "head": one, "reason": "分户"}


def household_row(w: World) -> Any:
    person = row("customers.services.rows", "PersonRow", name="赵一", relation="head", **numbered())
    return row("customers.services.rows", "HouseholdRow", grid_id=w.cast.grid_li.pk, members=[person])


CALLS: dict[str, Call] = {
    "customers.services.bulk.households_bulk_create": call("li", lambda w: {"rows": [household_row(w)]}),
    "customers.services.claims.claims_decide": call(
        "chen", lambda w: {"claims": [w.row("claim", "mine").pk], "verdict": 2}
    ),
    "customers.services.consents.consent_give": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "purpose": "account", "channel": "paper"}
    ),
    "customers.services.consents.consent_withdraw": call("li", lambda w: {"consent": w.row("consent", "mine")}),
    "customers.services.households.household_create": call(
        "li", lambda w: {"data": {"grid": w.cast.grid_li}, "head": {"name": "赵一", **numbered()}}
    ),
    "customers.services.households.household_update": call(
        "li", lambda w: {"household": w.row("household", "mine"), "version": 1, "data": {"vehicles": "货车"}}
    ),
    "customers.services.measuring.archives_remeasure": call(
        None, lambda w: {"after": w.row("household", "mine").pk - 1}
    ),
    "customers.services.milestones.app_milestone_set": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "step": "informed", "day": THEN}
    ),
    "customers.services.milestones.customer_account_opened": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "day": THEN}
    ),
    "customers.services.deaths.death_record": call("li", lambda w: {"customer": w.row("customer", "mine"), "day": THEN}),
    "customers.services.deaths.death_undo": call("chen", lambda w: {"customer": dead(w), "reason": "同名误登记"}),
    "customers.services.moving.household_move_ask": call(
        "zhao",
        lambda w: {
            "household": w.row("household", "mine"), "grid": w.cast.grid_wang,
            "since": timezone.localdate() - timedelta(days=1), "reason": "补录",
        },
    ),
    "customers.services.restricting.restriction_set": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "reason": "本人要求"}
    ),
    "customers.services.restricting.restriction_lift": call(
        "chen", lambda w: {"customer": restricted(w), "reason": "本人撤回"}
    ),
    "customers.services.resettling.person_resettle": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "household": second(w), "relation": "other"}
    ),
    "customers.services.redating.step_day_correct": call(
        "li",
        lambda w: {
            "customer": reached(w), "version": 1, "step": "app_informed_on", "day": THEN, "reason": "登记时看错日历",
        },
    ),
    "customers.services.people.customer_create": call(
        "li", lambda w: {"household": w.row("household", "mine"), "data": {"name": "赵二", **numbered()}},
        rival=next_door,
    ),
    "customers.services.people.customers_create": call(
        "li", lambda w: {"household": w.row("household", "mine"), "people": [{"name": "赵二", **numbered()}, {"name": "赵三"}]},
        rows=2, why="one for each person", rival=next_door,
    ),
    "customers.services.likening.twins_scan": call(None),
    "customers.services.likening.twins_deny": call(
        "chen", lambda w: {"likeness": w.row("likeness", "mine"), "reason": "父母不同"}
    ),
    "customers.services.likening.twins_reconsider": call("chen", lambda w: {"likeness": denied(w)}),
    "customers.services.parting.household_split": call("li", going, rows=2, why="one for each person who goes"),
    "customers.services.parting.households_join": call(
        "li",
        lambda w: {"household": family(w), "joined": neighbours(w), "versions": (1, 1), "reason": "实为一户"},
        rows=2,
        why="one for each person who goes",
    ),
    "customers.services.merging.persons_merge": call(
        "chen",
        lambda w: {
            "customer": w.row("customer", "mine"), "merged": second_archive(w), "versions": (1, 1), "taken": [],
            "reason": "身份证核对",
        },
    ),
    "customers.services.unmerging.persons_unmerge": call("chen", lambda w: {"merge": merged(w), "reason": "看错了"}),
    "customers.services.twins.twin_recognised": call("li", lambda w: {"customer": w.row("customer", "mine")}),
    "customers.services.people.customer_update": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "version": 1, "data": {"occupation": "木匠", **numbered()}},
        rival=somebody_else,
    ),
    "customers.services.reveal.customer_reveal": call(
        "li", lambda w: {"customer": w.row("customer", "mine"), "field": "phone", "reason": "电话约定走访时间"}
    ),
    "customers.services.reveal.people_search": call(
        "li", lambda w: {"number": "13912345678"}, common="finds only people whom the actor may know of"
    ),
    "customers.services.reveal.customer_opened": call("li", lambda w: {"household": w.row("household", "mine")}),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "customers.services.moving.places_seal": "reads",
    "customers.services.moving.households_move": "calls household_update or household_move_ask for each household, which have their rows; its own holds the reason",
    "customers.services.claims.claims_enter": "part of recording what is claimed",
    "customers.services.claims.claims_withdraw": "part of correcting what was claimed",
    "customers.services.claims.claims_of": "reads",
    "customers.services.claims.claims_reopen": "part of taking a file back, which leaves its rows",
    "customers.services.meant": "parts of taking in a file",
    "customers.services.registrations": "parts of taking in a file",
    "customers.services.told_deaths": "parts of taking in a file",
    "customers.services.witnessing": "parts of taking in a file",
    "customers.services.claims.is_refuted": "reads",
    "customers.services.claims.stood_before": "reads",
    "customers.services.identities": "parts of changing a person",
    "customers.services.merged_claims": "parts of a merge",
    "customers.services.merging.columns": "reads",
    "customers.services.merging.hold": "part of a merge",
    "customers.services.merging.told_of": "reads",
    "customers.services.merging.said_of": "reads",
    "customers.services.merging.told_with": "part of a merge and of its undoing",
    "customers.services.roster.roster_judge": "reads",
    "customers.services.roster.roster_store": "part of taking in a file",
    "customers.services.roster.told_of": "reads",
    "customers.services.roster_carers": "parts of taking in a file",
    "customers.services.roster_homes": "parts of taking in a file",
    "customers.services.roster_people": "parts of taking in a file",
    "customers.services.roster_places": "parts of taking in a file",
    "customers.services.roster_near": "parts of taking in a file",
    "customers.services.roster_guesses": "parts of taking in a file",
    "customers.services.roster_rows": "parts of taking in a file",
    "customers.services.roster_undo": "part of taking a file back",
    "customers.services.people.identity_take": "part of creating and changing people",
    "customers.services.measuring.ended": "reads",
    "customers.services.redating.identity_claims": "part of changing a person",
    "customers.services.claims.register_kinds": "says what is claimed, when the app is ready",
    "customers.services.attribution": "parts of the services beside it and of taking in visits",
    "customers.services.deaths.head_follow": "part of the services beside it",
    "customers.services.deaths.heir_of": "reads",
    "customers.services.households.own_grid": "reads",
    "customers.services.moving.move_signed": "part of signing what was asked for",
    "customers.services.numbering": "parts of the services beside it",
    "customers.services.claims.unclaimed": "reads for the proof",
    "customers.services.trail": "parts of the services beside it",
    "customers.services.checks": "parts of the services beside it",
    "customers.services.measuring.measure": "part of the services beside it",
    "customers.services.measuring.remeasure": "part of the services beside it",
    "customers.services.rows": "parts of the services beside it",
    "customers.services.consents.check_consent": "part of giving a consent",
    "customers.services.milestones.check_steps": "part of recording a step",
    "customers.services.households.households_met": "part of taking in visits",
    "customers.services.households.household_met_corrected": "part of correcting a visit",
    "customers.services.people.apply_identity": "part of creating and changing people",
    "customers.services.people.check_minor": "part of creating and changing people",
    "customers.services.people.check_person": "part of creating and changing people",
    "customers.services.people.read_person": "part of creating and changing people",
    "customers.services.people.guardian_among": "part of creating people",
    "customers.services.twins.twins_asked": "part of creating people",
    "customers.services.twins.twins_noted": "part of creating people",
    "customers.services.people.kept_alone": "part of creating and changing people",
    "customers.services.people.check_alone": "part of creating and changing people",
    "customers.services.rekey.encrypted_models": "reads",
    "customers.services.rekey.personal_data_rekey": "leaves a row for each batch: it may be stopped and started",
    "customers.services.asking": "parts of revealing, of searching and of creating and changing people",
    "customers.services.reindex.personal_data_reindex": "leaves a row for each batch: it may be stopped and started",
    "customers.services.reindex.personal_data_verify": "reads",
    "customers.services.people.check_cap": "part of creating and changing people",
}
