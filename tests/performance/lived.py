"""A bank that is lived in, day by day, through the services that its people use; what they do hangs on a seed."""

import random
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone

from customers import services
from customers.models import Claim, Consent, Customer, Household
from customers.services import claims_decide, death_record, death_undo, person_resettle
from customers.services.consents import consent_give, consent_withdraw
from customers.services.moving import household_move_ask
from customers.services.redating import step_day_correct
from customers.services.restricting import restriction_lift, restriction_set
from gridbank.errors import Refused
from grids.models import Grid
from grids.services import assignment_transfer, backdating_ask, backdating_sign, grid_close
from products.models import Offer
from tests.customers.numbers import id_number
from tests.factories import AreaFactory, AssignmentFactory, GridFactory, ProductFactory, UserFactory
from tests.people import assign, make_cast
from tests.visits.bodies import visit_json
from visits.models import Visit
from visits.services import visit_correct, visit_log

REFUSED = (Refused, PermissionDenied, Http404)
TIMES = [time(0, 0), time(23, 59, 59), time(9, 30), time(16, 45)]
FULL = {
    "group_name": "三组", "address": "坝上12号", "house_type": "brick", "land_mu": 3, "income_band": "to_50k",
    "income_source": "种植烤烟",
}  # fmt: skip


def on(day: date, at: time) -> datetime:
    """Return an instant of the bank's day."""
    return timezone.make_aware(datetime.combine(day, at))


def all_of(model: type[models.Model], **wanted: Any) -> list[Any]:
    return list(models.QuerySet(model).filter(**wanted).order_by("pk"))


class Bank:
    """The cast and what they do."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        # who agrees to marketing hangs on dice of its own: what else happens stays the same
        self.dice = random.Random(seed)
        # a visit's key is made by who logs it: drawn too, so that a life is the same each time it is lived
        self.keys = random.Random(seed)
        self.cast = cast = make_cast()
        self.second = UserFactory(username="qian", role="head_office")
        AssignmentFactory(user=self.second, grid=cast.root, part="deputy")
        self.spare = GridFactory(parent=cast.west, name="丁村")
        self.market = GridFactory(parent=cast.west, nature="special", kind="market", name="集市")
        assign(cast.sun, self.market)
        assign(UserFactory(name="郑凯"), self.spare)
        self.area = AreaFactory()
        self.products = ProductFactory.create_batch(2)
        # of its own: with it the other throws stay what they were
        self.wishes = random.Random(seed)
        self.serial = 100
        # how late it has been: what is drawn for a day comes in any order
        self.latest = timezone.now()
        self.done: dict[str, int] = {}
        self.acts: list[Callable[[date], Any]] = [
            *[self.visit] * 5, *[self.correct_visit] * 3, *[self.account] * 2, *[self.app] * 2, self.redate,
            *[self.decide] * 3, self.move, self.move_back, *[self.resettle] * 2, *[self.die] * 2, self.undo_death,
            self.hand_over, self.hand_over_twice, self.hand_over_before, *[self.archive] * 2, self.open, self.add_person,
            self.close,
        ]  # fmt: skip

    def live(self, day: date) -> None:
        """Live through a day: some things are tried, and what may not be is refused."""
        self.attempt(self.dice.choice([self.agree, self.agree, self.take_back]), day, self.dice)
        for _ in range(self.rng.randint(3, 6)):
            self.attempt(self.rng.choice(self.acts), day, self.rng)
        # what was offered earlier that day counts as well
        self.attempt(self.dice.choice([self.agree_later, self.take_back]), day, self.dice)
        if self.wishes.random() < 1 / 4:
            self.attempt(self.wishes.choice([self.restrict, self.lift]), day, self.wishes)

    def attempt(self, act: Callable[[date], Any], day: date, dice: random.Random) -> None:
        with time_machine.travel(on(day, dice.choice(TIMES)), tick=False):
            self.latest = max(self.latest, timezone.now())
            try:
                with transaction.atomic():
                    act(day)
            except REFUSED:
                return
        self.done[act.__name__] = self.done.get(act.__name__, 0) + 1

    def restrict(self, _day: date) -> None:
        """Let what is known of somebody only be kept."""
        person = self.wishes.choice(all_of(Customer))
        restriction_set(actor=self.leading_of(person), customer=person, reason="本人要求")

    def lift(self, _day: date) -> None:
        kept = all_of(Customer, restricted_at__isnull=False)
        if not kept:
            raise Refused("nobody wanted it")
        person = self.wishes.choice(kept)
        restriction_lift(actor=self.leading_of(person), customer=person, reason="本人撤回")

    def anybody(self) -> Customer:
        return self.rng.choice(all_of(Customer))

    def some_agree(self) -> None:
        """Let half of those who are known agree to marketing, and of all one in six want no contact, whatever he signs."""
        for person in all_of(Customer):
            if self.dice.random() < 1 / 6:
                services.customer_update(
                    actor=self.leading_of(person), customer=person, version=person.version, data={"do_not_contact": True},
                )  # fmt: skip
            if self.dice.random() < 0.5:
                self.give(person)

    def sell(self, day: date) -> None:
        """Let somebody who agreed take something: chance may bring nobody to it, and then nothing would be compared."""
        for person in all_of(Customer):
            if person.do_not_contact or person.died_on or person.restricted_at:
                continue
            self.give(person)
            offers = [{"product": self.products[0].pk, "result": "accepted"}]
            body = visit_json(person, started_at=on(day, time(10)).isoformat(), met=True, offers=offers)
            try:
                with transaction.atomic():
                    visit_log(actor=self.leading(person.household.grid), body=body)
            except (Refused, PermissionDenied):
                continue
            if Offer.objects.visible_to(self.cast.zhao).filter(
                customer=person, agreed=True, result="accepted"
            ):
                return

    def leading_of(self, person: Customer) -> Any:
        """Return who may write on the ground of a person's branch, without a throw."""
        east = person.household.grid.path.startswith(self.cast.east.path)
        return self.cast.chen if east else self.cast.zhou

    def give(self, person: Customer) -> None:
        try:
            with transaction.atomic():
                consent_give(
                    actor=self.leading_of(person), customer=person, purpose="marketing", channel="paper"
                )
        except Refused:
            # a child, or somebody who died or had agreed before
            return

    def agree(self, _day: date) -> None:
        person = self.dice.choice(all_of(Customer))
        consent_give(actor=self.leading_of(person), customer=person, purpose="marketing", channel="paper")

    def agree_later(self, day: date) -> None:
        """Let whoever was offered something on a day agree to it afterwards."""
        offered = all_of(Offer, offered_on=day) or [None]
        offer = self.dice.choice(offered)
        if offer is None:
            raise Refused("nothing was offered")
        person = offer.customer
        consent_give(actor=self.leading_of(person), customer=person, purpose="marketing", channel="paper")

    def take_back(self, day: date) -> None:
        """Take a consent back on a day on which nothing was offered yet: what was offered before stands."""
        offered = [one.customer_id for one in all_of(Offer, offered_on=day)]
        given = [one for one in all_of(Consent, withdrawn_at=None) if one.customer_id not in offered]
        if not given:
            raise Refused("nobody agreed")
        consent = self.dice.choice(given)
        consent_withdraw(actor=self.leading_of(consent.customer), consent=consent)

    def home(self) -> Household:
        return self.rng.choice(all_of(Household))

    def leading(self, grid: Grid) -> Any:
        """Return somebody who may write on this ground."""
        branch = self.cast.chen if grid.path.startswith(self.cast.east.path) else self.cast.zhou
        held = [
            one.user for one in grid.assignments.model.on(timezone.localdate()).filter(grid=grid, part="lead")
        ]
        return self.rng.choice([*held, branch])

    def lately(self, day: date, most: int = 3) -> date:
        return day - timedelta(days=self.rng.randint(0, most))

    def number(self) -> dict[str, Any]:
        self.serial += 1
        born = self.rng.choice([date(1970, 5, 5), date(2010, 2, 28), date(2010, 3, 1), date(1950, 1, 1)])
        return {
            "id_type": "resident", "id_number": id_number(born=born, serial=self.serial),
            "phone": f"1380013{self.serial:04}", "occupation": "木匠",
        }  # fmt: skip

    def ground(self) -> Grid:
        cast = self.cast
        return self.rng.choice(
            [cast.grid_li, cast.grid_wang, cast.grid_wu, cast.grid_wu, self.spare, cast.east]
        )

    def open(self, _day: date) -> None:
        grid = self.ground()
        grid.refresh_from_db()
        said = FULL | {"area": self.area} if self.rng.random() < 0.6 else {}
        services.household_create(
            actor=self.leading(grid), data={"grid": grid, **said}, head={"name": "赵一", **self.number()}
        )

    def add_person(self, _day: date) -> None:
        home = self.home()
        data = {"name": "赵二", "relation": "other", **self.number()}
        services.customer_create(actor=self.leading(home.grid), household=home, data=data)

    def archive(self, _day: date) -> None:
        """Complete an archive, or empty it."""
        home = self.home()
        said = {"income_source": ""} if home.complete_since else {**FULL, "area": self.area}
        services.household_update(
            actor=self.leading(home.grid), household=home, version=home.version, data=said
        )

    def offers(self) -> list[dict[str, Any]]:
        some = self.rng.sample(self.products, self.rng.randint(0, 2))
        return [
            {"product": one.pk, "result": self.rng.choice(["accepted", "accepted", "refused"])}
            for one in some
        ]

    def key(self) -> str:
        return str(uuid.UUID(int=self.keys.getrandbits(128), version=4))

    def moment(self, day: date) -> str:
        at = min(on(day, self.rng.choice(TIMES)), timezone.now())
        return at.isoformat()

    def visit(self, day: date) -> None:
        person = self.anybody()
        body = visit_json(
            person,
            id=self.key(),
            started_at=self.moment(self.lately(day)),
            met=self.rng.random() < 0.8,
            offers=self.offers(),
        )
        visit_log(actor=self.leading(person.household.grid), body=body)

    def correct_visit(self, day: date) -> None:
        """Put a visit right: its day, perhaps over a month's border, whether somebody was met, what was offered."""
        visit = self.rng.choice(all_of(Visit) or [None])
        if visit is None:
            raise Refused("no visit yet")
        body = visit_json(
            visit.customer, id=self.key(), started_at=self.moment(self.lately(day, 40)), met=self.rng.random() < 0.8,
            offers=self.offers(),
        )  # fmt: skip
        actor = self.rng.choice([visit.staff, self.leading(visit.grid)])
        visit_correct(actor=actor, visit=visit, body=body, reason="日期写错")

    def account(self, day: date) -> None:
        person = self.anybody()
        services.customer_account_opened(
            actor=self.leading(person.household.grid), customer=person, day=self.lately(day, 12)
        )

    def app(self, day: date) -> None:
        person = self.anybody()
        actor, when = self.leading(person.household.grid), self.lately(day, 12)
        for step in ("downloaded", "verified"):
            services.app_milestone_set(actor=actor, customer=person, step=step, day=when)

    def redate(self, day: date) -> None:
        person = self.anybody()
        step = self.rng.choice(["customer_since", "app_verified_on"])
        step_day_correct(
            actor=self.leading(person.household.grid), customer=person, version=person.version, step=step,
            day=self.rng.choice([None, self.lately(day, 40)]), reason="看错日历",
        )  # fmt: skip

    def decide(self, _day: date) -> None:
        waiting = all_of(Claim, state=1)
        some = self.rng.sample(waiting, min(len(waiting), 4))
        verdict = self.rng.choice([2, 2, 3])
        for claim in some:
            actor = self.rng.choice([self.cast.zhao, self.second])
            claims_decide(actor=actor, claims=[claim.pk], verdict=verdict, reason="回访")

    def move(self, _day: date) -> None:
        home, grid = self.home(), self.ground()
        grid.refresh_from_db()
        services.household_update(
            actor=self.cast.zhao, household=home, version=home.version, data={"grid": grid}
        )

    def move_back(self, day: date) -> None:
        """Let a household have belonged elsewhere for days already: asked for, and signed by a second."""
        home, grid = self.home(), self.ground()
        grid.refresh_from_db()
        since = self.lately(day, 9) - timedelta(days=1)
        asked = household_move_ask(
            actor=self.cast.zhao, household=home, grid=grid, since=since, reason="补录"
        )
        backdating_sign(actor=self.second, backdating=asked)

    def resettle(self, _day: date) -> None:
        person, home = self.anybody(), self.home()
        others = [one for one in all_of(Customer, household=person.household) if one != person]
        heir = self.rng.choice(others) if others and person.relation == "head" else None
        # nobody moves before he was visited where he lived
        with time_machine.travel(self.latest, tick=False):
            person_resettle(
                actor=self.cast.zhao, customer=person, household=home, relation="other", successor=heir
            )

    def die(self, day: date) -> None:
        person = self.anybody()
        others = [one for one in all_of(Customer, household=person.household) if one != person]
        heir = self.rng.choice(others) if others and person.relation == "head" else None
        died = self.rng.choice([self.lately(day, 20), day, day.replace(day=1)])
        death_record(actor=self.leading(person.household.grid), customer=person, day=died, successor=heir)

    def undo_death(self, _day: date) -> None:
        dead = all_of(Customer, died_on__isnull=False)
        if not dead:
            raise Refused("nobody died")
        death_undo(actor=self.cast.zhao, customer=self.rng.choice(dead), reason="同名误登记")

    def someone(self) -> Any:
        return self.rng.choice([self.cast.li, self.cast.wang, self.cast.wu, self.cast.sun])

    def hand_over(self, day: date) -> None:
        assignment_transfer(actor=self.cast.zhao, grid=self.ground(), user=self.someone(), first_day=day)

    def hand_over_twice(self, day: date) -> None:
        """Hand a grid on, and on the same day to somebody else."""
        grid = self.ground()
        assignment_transfer(actor=self.cast.zhao, grid=grid, user=self.someone(), first_day=day)
        tomorrow = day + timedelta(days=1)
        assignment_transfer(actor=self.cast.zhao, grid=grid, user=self.someone(), first_day=tomorrow)

    def hand_over_before(self, day: date) -> None:
        asked = backdating_ask(
            actor=self.cast.zhao, kind="transfer", grid=self.ground(), since=self.lately(day, 9), reason="补录",
            user=self.someone(),
        )  # fmt: skip
        backdating_sign(actor=self.second, backdating=asked)

    def close(self, day: date) -> None:
        """Close the spare grid, when nobody belongs to it."""
        if self.rng.random() < 0.2:
            grid_close(actor=self.cast.zhao, grid=self.spare, last_day=self.lately(day, 1))
