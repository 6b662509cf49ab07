"""Households and the people in them: invented families that hold together, valid in every number.

ID numbers pass GB 11643 and begin with the county's code, but their sequence numbers run from 900 up, by
birthday; phones begin with 199000. Nobody real is meant.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.cn import ric

from customers.enums import HouseType, IdType, IncomeBand, PolicyTag, Purpose, Relation, Season, Source
from customers.services import HouseholdRow, PersonRow
from demo import geography, words
from demo.bank import COUNTY, AssignmentPlan
from demo.calendar import Span
from demo.names import given_name, surname
from grids.enums import Part

LOCAL = ZoneInfo("Asia/Shanghai")
ADULT, RETIRED, SCHOOL = 18, 62, 7
_FIRST_SEQUENCE = 900
_SEQUENCES = 100
_YEAR = 365.25


@dataclass
class Numbers:
    """Gives out ID numbers and phones that nobody has yet."""

    taken: Counter[tuple[date, bool]] = field(default_factory=Counter)
    phones: int = 0

    def identity(self, born: date, *, female: bool) -> tuple[str, date]:
        """Return an ID number and the birthday that it says, a day later where all numbers are given out."""
        while self.taken[born, female] * 2 >= _SEQUENCES - 1:
            born += timedelta(days=1)
        sequence = _FIRST_SEQUENCE + 2 * self.taken[born, female] + (0 if female else 1)
        self.taken[born, female] += 1
        body = f"{COUNTY}{born:%Y%m%d}{sequence:03}"
        return body + ric.calc_check_digit(body + "0"), born

    def phone(self) -> str:
        """Return the next phone."""
        self.phones += 1
        return f"199{self.phones * 7919 % 1_000_000:08}"


@dataclass(frozen=True)
class Spot:
    """Where families live: the ground of a grid and who has led it."""

    code: str
    name: str
    grid_id: int
    area_id: int | None
    shape: Any
    is_town: bool
    leads: tuple[AssignmentPlan, ...]
    staff_ids: dict[str, int]

    def lead_on(self, day: date) -> int | None:
        """Return the lead's id on a day."""
        for each in self.leads:
            if each.part == Part.LEAD and each.first <= day and (each.last is None or day <= each.last):
                return self.staff_ids[each.username]
        return None


@dataclass
class Families:
    """Makes households for a place."""

    rng: random.Random
    span: Span
    numbers: Numbers
    start: date
    made: int = 0

    def of(self, place: Spot, count: int) -> Iterator[HouseholdRow]:
        """Make so many households of a place."""
        for _ in range(count):
            yield self._household(place)

    def _household(self, place: Spot) -> HouseholdRow:
        rng = self.rng
        self.made += 1
        family = surname(rng)
        created = self._created()
        members = self._members(place, family, created)
        row = HouseholdRow(
            grid_id=place.grid_id,
            members=members,
            code=f"H{self.start:%y}{self.made:09}",
            area_id=place.area_id,
            created_at=datetime.combine(created, time(9, 30), LOCAL),
            created_by_id=place.lead_on(created),
            source=Source.ROSTER if created == self.start else rng.choice((Source.VISIT, Source.COUNTER)),
            group_name="" if place.is_town else rng.choice(words.GROUPS),
        )
        longitude, latitude = geography.inside(rng, place.shape)
        if rng.random() < 0.8:
            row = row.but(longitude=longitude, latitude=latitude)
        return self._known(row, place, created)

    def _created(self) -> date:
        """Most archives came with the roster; one in eight was opened within the months of the demo."""
        if self.rng.random() < 0.12:
            return self.span.first + timedelta(
                days=self.rng.randrange((self.span.today - self.span.first).days)
            )
        return self.start

    def _known(self, row: HouseholdRow, place: Spot, created: date) -> HouseholdRow:
        """Fill the archive: a third lacks something."""
        rng = self.rng
        group = row.group_name or f"{rng.randint(1, 9)}栋"
        row = row.but(
            group_name=group,
            address=f"{place.name}{group}{rng.randint(1, 120)}号（演示）",
            house_type=rng.choice((HouseType.FLAT, HouseType.BRICK, HouseType.RENTED)) if place.is_town
            else rng.choice((HouseType.BRICK, HouseType.BRICK, HouseType.WOOD)),
            land_mu=Decimal(0) if place.is_town else Decimal(rng.randint(4, 60)) / 4,
            livestock="" if place.is_town else rng.choice(words.LIVESTOCK),
            vehicles=rng.choice(words.VEHICLES),
            business=rng.choice(words.BUSINESS) if rng.random() < 0.2 else "",
            income_band=rng.choices(list(IncomeBand.values)[1:], (12, 34, 36, 14, 4))[0],
            income_source=rng.choice(words.INCOME_SOURCES),
            other_banks=rng.choice(words.OTHER_BANKS) if rng.random() < 0.3 else "",
            soft_information=rng.choice(words.SOFT) if rng.random() < 0.4 else "",
            policy_tags=tuple(rng.choices(PolicyTag.values, (34, 10, 16, 4, 8, 10, 12, 6))) if rng.random() < 0.22 else (),
        )  # fmt: skip
        if rng.random() < 0.33:
            blank: dict[str, Any] = {
                "land_mu": None,
                "income_band": "",
                "income_source": "",
                "house_type": "",
            }
            chosen = rng.sample(sorted(blank), rng.randint(1, 3))
            return row.but(**{name: blank[name] for name in chosen})
        done = max(self._archived(), created)
        return row.but(archived_on=done, archived_by_id=place.lead_on(done))

    def _archived(self) -> date:
        if self.rng.random() < 0.35:
            return self.span.first + timedelta(
                days=self.rng.randrange((self.span.today - self.span.first).days)
            )
        return self.start + timedelta(days=self.rng.randrange(60, (self.span.first - self.start).days))

    def _born(self, age: float) -> date:
        return self.span.today - timedelta(days=int(age * _YEAR) + self.rng.randrange(300) + 1)

    def _members(self, place: Spot, family: str, created: date) -> list[PersonRow]:
        """Make the people: head first; children after the adults who look after them."""
        rng = self.rng
        kind = rng.choices(("elder", "elders", "couple", "three", "single", "kept"), (10, 14, 42, 19, 8, 7))[
            0
        ]
        age = rng.uniform(66, 86) if kind in {"elder", "elders", "kept"} else rng.uniform(27, 60)
        female = rng.random() < 0.14
        people = [self._person(place, family, Relation.HEAD, age, female=female)]
        if kind in {"elders", "couple", "three", "kept"} and rng.random() < 0.93:
            people.append(
                self._person(
                    place,
                    surname(rng),
                    Relation.SPOUSE,
                    max(22.0, age + rng.uniform(-5, 3)),
                    female=not female,
                )
            )
        if kind == "three":
            people += [
                self._person(
                    place,
                    surname(rng) if mother else family,
                    Relation.PARENT,
                    age + rng.uniform(21, 28),
                    female=mother,
                )
                for mother in ((True, False) if rng.random() < 0.4 else (True,))
            ]
        if kind in {"couple", "three", "single"}:
            for _ in range(rng.choices((0, 1, 2, 3), (20, 40, 34, 6))[0]):
                child = age - rng.uniform(21, 30)
                if child > 0.1:
                    people.append(
                        self._person(place, family, Relation.CHILD, child, female=rng.random() < 0.5)
                    )
        if kind == "kept":
            people += [
                self._person(
                    place, family, Relation.GRANDCHILD, rng.uniform(3, 15), female=rng.random() < 0.5
                )
                for _ in range(rng.randint(1, 2))
            ]
        return [self._banked(place, person, created) for person in people]

    def _age(self, person: PersonRow) -> float:
        return (self.span.today - (person.birth_date or self.span.today)).days / _YEAR

    def _person(self, place: Spot, family: str, relation: str, age: float, *, female: bool) -> PersonRow:
        rng = self.rng
        number, born = self.numbers.identity(self._born(age), female=female)
        age = (self.span.today - born).days / _YEAR
        person = PersonRow(
            name=family + given_name(rng, female=female, born=born.year),
            relation=relation,
            gender="female" if female else "male",
            birth_date=born,
            id_type=IdType.RESIDENT,
            id_number=number,
        )
        if relation != Relation.HEAD and rng.random() < (0.35 if age < SCHOOL else 0.04):
            person = person.but(id_type=IdType.NONE, id_number="")
        if age < ADULT:
            return person.but(guardian=0)
        return self._working(place, person, age)

    def _working(self, place: Spot, person: PersonRow, age: float) -> PersonRow:
        rng = self.rng
        away = 21 < age < 55 and rng.random() < (0.12 if place.is_town else 0.36)
        jobs = words.TOWN_JOBS if place.is_town else words.FARM_JOBS * 2 + words.LOCAL_JOBS
        if away:
            person = person.but(
                is_migrant=True, occupation=rng.choice(words.AWAY_JOBS), workplace=rng.choice(words.AWAY_PLACES),
                back_season=rng.choices(list(Season.values)[1:], (50, 8, 14, 18, 10))[0],
            )  # fmt: skip
        elif age > RETIRED + 8:
            person = person.but(occupation=words.ELDER)
        elif age < 22 and rng.random() < 0.6:
            person = person.but(occupation=words.STUDENT, workplace="")
        else:
            person = person.but(occupation=rng.choice(jobs))
        if rng.random() < (0.05 if person.relation == Relation.HEAD else 0.3):
            return person
        return person.but(phone=self.numbers.phone(), wechat_added=age < RETIRED and rng.random() < 0.45)

    def _banked(self, place: Spot, person: PersonRow, created: date) -> PersonRow:
        """Say since when somebody is a customer, how far he came with the app, what he agreed to."""
        rng, age = self.rng, self._age(person)
        if age < ADULT:
            return person
        if rng.random() < 0.72:
            since = self._past_or_within(0.13, created)
            person = person.but(
                customer_since=since,
                opened_by_id=place.lead_on(since) if since >= self.start else None,
            )
        keen = 0.74 if age < 45 else 0.46 if age < RETIRED else 0.1
        if person.customer_since and person.phone and rng.random() < keen + 0.25:
            told = max(self._past_or_within(0.4, created), person.customer_since, self.start)
            person = person.but(app_informed_on=told)
            downloaded = told + timedelta(days=rng.randrange(20))
            if rng.random() < keen + 0.12 and downloaded <= self.span.today:
                person = person.but(app_downloaded_on=downloaded)
                verified = downloaded + timedelta(days=rng.choice((0, 0, 0, 1, 3, 8)))
                if rng.random() < 0.8 and verified <= self.span.today:
                    person = person.but(app_verified_on=verified, app_activated_by_id=place.lead_on(verified))
        consents = [
            purpose
            for purpose, share in (
                (Purpose.MARKETING, 0.92),
                (Purpose.LOCATION, 0.6),
                (Purpose.ACCOUNT, 0.45),
            )
            if rng.random() < share
        ]
        return person.but(do_not_contact=rng.random() < 0.015,
            consents=tuple(consents) if person.customer_since else (),
        )  # fmt: skip

    def _past_or_within(self, share: float, created: date) -> date:
        """Pick a day: within the demo's months for a share of people, else in the years before."""
        days = (self.span.today - self.span.first).days
        within = self.rng.random() < share
        if within and created > self.start:
            return created + timedelta(days=self.rng.randrange((self.span.today - created).days + 1))
        if within:
            return self.span.first + timedelta(days=self.rng.randrange(days))
        return self.span.first - timedelta(days=self.rng.randrange(20, 3000))
