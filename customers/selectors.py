"""Reading the archive."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from customers import completeness, conditions
from customers.enums import AppState, Evidence, Purpose, Relation
from customers.identity import IdentityError, guess_id_type, parse_id_number, parse_phone
from customers.models import (
    Attribution,
    Claim,
    Consent,
    Customer,
    Household,
    Likeness,
    PersonMerge,
    Residence,
    Restriction,
    SpecialMembership,
)
from customers.personal import found_q, typed
from customers.pii import id_digest, phone_digests
from customers.policies import grids_to_write, own_claims_q
from customers.searching import Kind
from gridbank.days import ADULT_AGE, born_by, day_after, day_before, month_last
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from grids.authority import Act, may, where
from grids.enums import AreaLevel, GridNature, Part
from grids.models import Area, Assignment, Grid, banks_of
from grids.selectors import grid_list
from people.models import User
from people.persons import accounts_of

HEAD_FIELDS = completeness.fields_of(completeness.HEAD)
HOUSEHOLD_FIELDS = completeness.fields_of(completeness.HOUSEHOLD)
COUNTED = 1000
# a hundred that wait are as urgent as a thousand, and a tenth of the work to count
MANY_WAIT = 100
# A household's page shows more kinds of rows than any other: it reads no column that it doesn't show.
SHOWN_OF_A_PERSON = (
    *typed(Customer), "guardian__name", "guardian__died_on", "died_on", "restricted_at", "customer_since", "account_evidence",
    "app_evidence", "app_informed_on", "app_downloaded_on", "app_verified_on",
    "app_activated_by__name",
)  # fmt: skip


def household_list(*, actor: User) -> QuerySet[Household]:
    """Return the households the person may know of."""
    return Household.objects.visible_to(actor).select_related("grid")


def customer_list(*, actor: User) -> QuerySet[Customer]:
    """Return the people the person may know of."""
    return Customer.objects.visible_to(actor).select_related("household__grid")


def consent_list(*, actor: User) -> QuerySet[Consent]:
    """Return the consents of people the person may know of."""
    return Consent.objects.visible_to(actor).select_related("customer", "staff")


def merge_list(*, actor: User) -> QuerySet[PersonMerge]:
    """Return the merges in force of which the actor may know both archives."""
    return (
        PersonMerge.objects.visible_to(actor)
        .filter(undone_at=None)
        .select_related("customer__household__grid", "merged__household__grid", "made_by")
    )


def end_of_way(key: int, went: Mapping[int, int]) -> int:
    """Return where the way of one that went into another ends; a ring, which only SQL can make, ends where it closes."""
    seen = {key}
    while (into := went.get(key)) is not None and into not in seen:
        seen.add(into)
        key = into
    return key


def survivors(keys: Collection[int]) -> dict[int, int]:
    """Return into which archive each of these went that went into another, to the end of the way. Nobody is told."""
    went: dict[int, int] = {}
    front = set(keys)
    while front:
        further = dict(Customer.merged().filter(pk__in=front).values_list("pk", "merged_into_id"))
        front = set(further.values()) - went.keys() - further.keys()
        went |= further
    return {pk: end_of_way(pk, went) for pk in keys if pk in went}


def restriction_list(*, actor: User) -> QuerySet[Restriction]:
    """Return the restrictions of people the person may know of, lifted ones among them."""
    return Restriction.objects.visible_to(actor).select_related("set_by")


def restrictions_of(*, actor: User, people: Iterable[Customer]) -> dict[int, Restriction]:
    """Return the restriction in force of each of these people who has one."""
    ids = [person.pk for person in people if person.restricted_at is not None]
    rows = restriction_list(actor=actor).filter(customer_id__in=ids, lifted_at=None) if ids else ()
    return {restriction.customer_id: restriction for restriction in rows}


def homes_agreed(*, homes: Collection[int], purpose: Purpose) -> set[int]:
    """Return in which of these households somebody agreed to a purpose, today. For services; nobody is told who."""
    found: set[int] = set()
    for some in portions(set(homes)):
        with waive_scope("only whether somebody of a household agreed is asked, by services that hold it"):
            rows = Consent.objects.filter(
                purpose=purpose,
                withdrawn_at=None,
                customer__household_id__in=some,
                customer__merged_into=None,
            )
            found.update(rows.values_list("customer__household_id", flat=True))
    return found


def agreed_on(*, wanted: Collection[tuple[int, date]], purpose: Purpose) -> set[tuple[int, date]]:
    """Return which people agreed to a purpose on a day, by (person, day). For services; nobody is told who.

    A consent holds from the day on which it was given; on the day on which it ends it holds no more.
    """
    found: set[tuple[int, date]] = set()
    for some in portions(set(wanted)):
        spans: dict[int, list[tuple[date, date | None]]] = {}
        with waive_scope("whether people had agreed on a day is asked, by services that hold them"):
            rows = Consent.objects.filter(purpose=purpose, customer_id__in={pk for pk, _day in some})
            # whoever wants no contact agreed to none, whatever he signed before
            if purpose == Purpose.MARKETING:
                rows = rows.filter(customer__do_not_contact=False)
            for pk, given, ended in rows.values_list("customer_id", "given_at", "withdrawn_at"):
                last = timezone.localdate(ended) if ended else None
                spans.setdefault(pk, []).append((timezone.localdate(given), last))
        for pk, day in some:
            if any(first <= day and (last is None or day < last) for first, last in spans.get(pk, ())):
                found.add((pk, day))
    return found


def people_without(*, actor: User, household: Household, purpose: Purpose) -> list[str]:
    """Return the names of those of a household who haven't agreed to a purpose, as of today."""
    given = consent_list(actor=actor).filter(
        purpose=purpose, withdrawn_at=None, customer__household=household
    )
    rows = customer_list(actor=actor).filter(conditions.served_q(), household=household)
    if purpose == Purpose.MARKETING:
        given = given.filter(customer__do_not_contact=False)
    left = rows.exclude(pk__in=given.order_by().values("customer_id")).order_by("pk")
    return list(left.values_list("name", flat=True))


def likeness_list(*, actor: User) -> QuerySet[Likeness]:
    """Return the pairs that may be one person, of whom the actor may know both.

    A pair with an archive that he opened himself is shown to somebody else, unless he holds the bank's records: he might
    have opened it to learn whose day of birth, number or phone it is.
    """
    rows = Likeness.objects.visible_to(actor).select_related(
        "one__household__grid", "other__household__grid", "denied_by"
    )
    if may(actor, Act.RECORDS_LOAD):
        return rows
    mine = accounts_of(actor)
    return rows.exclude(Q(one__created_by__in=mine) | Q(other__created_by__in=mine))


def likenesses_wanted(
    *, actor: User, denied: bool = False, exact: bool = False, grid: Grid | None = None
) -> QuerySet[Likeness]:
    """Return the pairs that the list's filters ask for; whoever died since or is only kept is in none."""
    rows = likeness_list(actor=actor).filter(conditions.served_q("one__"), conditions.served_q("other__"))
    rows = rows.filter(denied_at__isnull=not denied)
    if exact:
        rows = rows.filter(exact=True)
    if grid is not None:
        near = ground_q(actor=actor, grid=grid, prefix="one__household__")
        rows = rows.filter(near | ground_q(actor=actor, grid=grid, prefix="other__household__"))
    return rows


def claim_list(*, actor: User) -> QuerySet[Claim]:
    """Return what was claimed of people the person may know of."""
    return Claim.objects.visible_to(actor).select_related(
        "customer__household__grid", "entered_by", "earner", "decided_by"
    )


def claims_to_decide(*, actor: User) -> QuerySet[Claim]:
    """Return what waits for this person's word: not what he entered or earns by, nor what is only kept of somebody."""
    rows = claim_list(actor=actor).filter(
        where(actor, Act.CLAIM_DECIDE, "customer__household__grid__"),
        state=Evidence.CLAIMED,
        customer__restricted_at=None,
    )
    # a condition on what may be empty: whatever isn't his own, not what isn't known to be
    return rows.exclude(own_claims_q(actor))


def claims_wanted(*, actor: User, state: int, kind: str = "", month: date | None = None) -> QuerySet[Claim]:
    """Return the claims that the list's filters ask for, the oldest first."""
    rows = claim_list(actor=actor).filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if month is not None:
        rows = rows.filter(day__range=(month, month_last(month)))
    return rows.order_by("pk")


def claims_counted(*, actor: User, month: date) -> dict[Evidence, int]:
    """Count a month's claims by state, each never beyond a thousand."""
    return {
        state: claims_wanted(actor=actor, state=state, month=month).order_by()[:COUNTED].count()
        for state in (Evidence.CLAIMED, Evidence.CONFIRMED, Evidence.REFUTED)
    }


def claims_waiting(*, actor: User) -> int:
    """Count what waits for this person's word, and never beyond `MANY_WAIT`."""
    return claims_to_decide(actor=actor).order_by()[:MANY_WAIT].count()


def household_values(household: Household) -> dict[str, Any]:
    """Return what the completeness rules ask of a household."""
    return {name: getattr(household, name) for name in HOUSEHOLD_FIELDS}


def head_values(household_id: int) -> dict[str, Any] | None:
    """Return what the completeness rules ask of the head, None without one. For services; the caller has the right."""
    with waive_scope("the completeness of a household the caller already holds"):
        head = Customer.objects.filter(household_id=household_id, relation=Relation.HEAD).first()
    return None if head is None else {name: getattr(head, name) for name in HEAD_FIELDS}


def household_people(*, actor: User, household: Household) -> list[Customer]:
    """Return everybody of a household, the head first, with the names of guardians and of who activated the app."""
    rows = customer_list(actor=actor).filter(household=household).select_related(None)
    people = list(rows.select_related("guardian", "app_activated_by").only(*SHOWN_OF_A_PERSON))
    return sorted(people, key=_place_in_a_household)


def _place_in_a_household(person: Customer) -> tuple[bool, int]:
    """Order by the age shown, not by the date of birth: of two as old as each other nobody is told who was born first."""
    age = person.years_on(timezone.localdate())
    return person.relation != Relation.HEAD, 1 if age is None else -age


def household_consents(*, actor: User, household: Household) -> list[Consent]:
    """Return the consents in force in a household."""
    rows = consent_list(actor=actor).filter(customer__household=household, withdrawn_at=None)
    return list(rows.select_related(None).order_by("customer_id", "purpose"))


def grids_on(*, wanted: Collection[tuple[int, date]], now: Mapping[int, int]) -> dict[tuple[int, date], int]:
    """Return the grid that each household belonged to on a day, by (household, day); `now` says where each is.

    Before its archive was opened a household belonged where it was opened. For services; nobody is told.
    """

    def spans(households: set[int], day: date) -> Iterable[Span]:
        rows = Attribution.everywhere().filter(household_id__in=households, valid_to__gte=day)
        return rows.order_by("valid_to").values_list("household_id", "valid_to", "grid_id")

    return _placed(wanted, now, spans)


def homes_on(*, wanted: Collection[tuple[int, date]], now: Mapping[int, int]) -> dict[tuple[int, date], int]:
    """Return the household that each person lived in on a day, by (person, day); `now` says where each lives.

    For services; nobody is told.
    """

    def spans(people: set[int], day: date) -> Iterable[Span]:
        rows = Residence.everywhere().filter(customer_id__in=people, valid_to__gte=day)
        return rows.order_by("valid_to").values_list("customer_id", "valid_to", "household_id")

    return _placed(wanted, now, spans)


def homes_at(
    *, wanted: Collection[tuple[int, datetime]], now: Mapping[int, int]
) -> dict[tuple[int, datetime], int]:
    """Return the household that each person lived in at a moment: on the day he moved, until then the one he left.

    Whenever it is asked, a visit stands where it was paid. `now` says where each lives. For services; nobody is told.
    """
    found = {(pk, at): now[pk] for pk, at in wanted}
    for some in portions(found):
        left: dict[int, list[tuple[datetime, int]]] = {}
        since = day_before(timezone.localdate(min(at for _pk, at in some)))
        rows = Residence.everywhere().filter(customer_id__in={pk for pk, _at in some}, valid_to__gte=since)
        for pk, until, home, moved_at in rows.order_by("valid_to").values_list(
            "customer_id", "valid_to", "household_id", "moved_at"
        ):
            left.setdefault(pk, []).append((_left_at(until, moved_at), home))
        for pk, at in some:
            found[pk, at] = next((home for end, home in left.get(pk, ()) if at <= end), now[pk])
    return found


def _left_at(until: date, moved_at: datetime) -> datetime:
    """Return the last moment of a span that ended with a day: he moved the day after, while it went on."""
    midnight = timezone.make_aware(datetime.combine(day_after(until), time.min))
    moved_then = timezone.localdate(moved_at) == day_after(until)
    return moved_at if moved_then else midnight - timedelta(microseconds=1)


# what belonged somewhere, until when, and where
Span = tuple[int, date, int]


def _placed(
    wanted: Collection[tuple[int, date]],
    now: Mapping[int, int],
    spans: Callable[[set[int], date], Iterable[Span]],
) -> dict[tuple[int, date], int]:
    """Return where each belonged on its day: the first span that ends on it or later, else where it is now."""
    found = {(pk, day): now[pk] for pk, day in wanted}
    # a span ends yesterday at the latest
    for some in portions([key for key in found if key[1] < timezone.localdate()]):
        left: dict[int, list[tuple[date, int]]] = {}
        for pk, until, there in spans({pk for pk, _day in some}, min(day for _pk, day in some)):
            left.setdefault(pk, []).append((until, there))
        for pk, day in some:
            found[pk, day] = next(
                (there for until, there in left.get(pk, ()) if day <= until), found[pk, day]
            )
    return found


def residence_list(*, actor: User, household: Household) -> QuerySet[Residence]:
    """Return who moved out of a household, and where its people came from, as far as the person may know of it."""
    near = Q(household=household) | Q(customer__household=household)
    rows: QuerySet[Residence] = Residence.objects.visible_to(actor).filter(near)
    return rows.select_related("customer", "household", "moved_by").order_by("-valid_to", "pk")


def responsible_today(*, household: Household) -> str:
    """Return the name of the person who leads the household's grid today; empty when nobody does."""
    rows = Assignment.on(timezone.localdate()).filter(grid_id=household.grid_id, part=Part.LEAD)
    return rows.values_list("user__name", flat=True).first() or ""


def grid_choices(*, actor: User, near: Q) -> list[Any]:
    """Return the grids for a filter that fit a condition, in tree order, as named tuples."""
    rows = grid_list(actor=actor).filter(near).order_by("path")
    return list(rows.values_list("pk", "name", "tier", "path", named=True))


def areas_to_write(*, actor: User, kept: int | None = None) -> QuerySet[Area]:
    """Return the villages of the actor's own grids, and the one a household already has."""
    own = grids_to_write(actor=actor).values("area_id")
    return Area.objects.filter(Q(pk__in=own) | Q(pk=kept), level=AreaLevel.VILLAGE).order_by("code")


def area_keys(wanted: set[int]) -> set[int]:
    """Return which of these keys are areas."""
    return set(Area.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def successors(head: Customer, people: Iterable[Customer]) -> list[Customer]:
    """Return of a household's people who may follow its head: whoever lives and isn't known to be a child."""
    today = timezone.localdate()
    found = (one for one in people if one.pk != head.pk and one.died_on is None)
    return [one for one in found if (age := one.age_on(today)) is None or age >= ADULT_AGE]


def guardians(*, actor: User, household: Household | None, ward: Customer) -> QuerySet[Customer]:
    """Return the adults of a household but the ward himself; nobody while the household is being opened."""
    if household is None:
        return Customer.objects.none()
    today = timezone.localdate()
    adults = {"birth_date__lte": born_by(today), "died_on": None}
    rows = customer_list(actor=actor).filter(household=household, **adults)
    return rows.exclude(pk=ward.pk)


def people_with_number(*, actor: User, number: str) -> QuerySet[Customer]:
    """Return the people with exactly this ID number or phone. Raises IdentityError when it is neither.

    For services, which count every search.
    """
    try:
        condition = found_q(Customer, "digest", phone_digests(parse_phone(number))[0])
    except IdentityError:
        found = parse_id_number(number, id_type=guess_id_type(number), today=timezone.localdate())
        condition = Q(id_digest__in=[id_digest(found.canonical, bank) for bank in banks_of(actor)])
    # by the number of an archive that went into his somebody is found as well
    old = list(Customer.merged().filter(condition).values_list("pk", flat=True))
    if old:
        condition |= Q(pk__in=set(survivors(old).values()))
    return customer_list(actor=actor).filter(condition).order_by("pk")


def ground_q(*, actor: User, grid: Grid, prefix: str = "") -> Q:
    """Return the condition that a household lies in a grid's subtree, or is a special grid's member.

    `prefix` leads to the household from the filtered model.
    """
    if grid.nature == GridNature.SPECIAL:
        members = SpecialMembership.objects.visible_to(actor).filter(grid=grid).values("household_id")
        return Q(**{f"{prefix}pk__in": members})
    ids = list(grid_list(actor=actor).filter(path__startswith=grid.path).values_list("pk", flat=True))
    return Q(**{f"{prefix}grid_id__in": ids})


def people_wanted(*, actor: User, wanted: conditions.Wanted) -> QuerySet[Customer]:
    """Return the people who fit, newest key last."""
    today = timezone.localdate()
    condition = conditions.term_q(wanted.term)
    # found by name, and in no list of whom to serve
    if wanted.term.kind == Kind.NOTHING:
        condition &= conditions.served_q()
    if wanted.grid is not None:
        condition &= ground_q(actor=actor, grid=wanted.grid, prefix="household__")
    if wanted.archive:
        condition &= conditions.archive_q(wanted.archive)
    if wanted.met:
        condition &= conditions.met_q(wanted.met, today)
    if wanted.app:
        condition &= conditions.APP[AppState(wanted.app)]
    if wanted.age:
        condition &= conditions.age_q(wanted.age, today)
    if wanted.migrant:
        condition &= Q(is_migrant=True)
    rows = customer_list(actor=actor)
    if wanted.tag:
        rows = rows.alias(tags=Cast("household__policy_tags", TextField()))
        condition &= Q(tags__contains=f'"{wanted.tag}"')
    return rows.filter(condition)
