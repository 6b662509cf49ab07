"""Who stands here, as a roster tells of people: without their numbers and days of birth, found again by name and household.

Left out is who has died, whose data are only kept, and who isn't alone in his household in being called so: only a number
tells who of them is meant.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers import policies, selectors
from customers.enums import PolicyTag, Relation
from customers.models import Customer, Household
from grids.enums import GridNature
from people.models import User

OF_PERSON = ("name", "relation", "gender", "occupation", "workplace", "back_season")
SAID = ("is_migrant", "wechat_added", "do_not_contact")
OF_HOME = (
    "address", "house_type", "livestock", "vehicles", "business", "income_band", "income_source", "other_banks",
)  # fmt: skip
SAYS = {True: "yes", False: "no"}


def rostered(*, actor: User) -> QuerySet[Customer]:
    """Return the people of whom somebody may bring a roster."""
    grids = policies.grids_to_write(actor=actor).filter(nature=GridNature.BASE)
    people = selectors.customer_list(actor=actor)
    called_so = people.order_by().filter(
        household_id=OuterRef("household_id"), name_key=OuterRef("name_key"), died_on=None
    )
    return people.filter(
        ~Exists(called_so.filter(~Q(pk=OuterRef("pk")))),
        household__grid__in=grids,
        died_on=None,
        restricted_at=None,
    ).select_related("household__area", "household__grid", "guardian")


def rows_of(people: QuerySet[Customer]) -> Iterator[tuple[Customer, dict[str, str]]]:
    """Return each person with his row; the head's says what is known of the household as well."""
    for person in people:
        yield person, _row(person)


def _row(person: Customer) -> dict[str, str]:
    home = person.household
    row = {
        "household": home.code,
        "village": home.area.code if home.area else "",
        "group_name": home.group_name,
        "head": home.head_name,
        "guardian": person.guardian.name if person.guardian else "",
    }
    row |= {name: str(getattr(person, name)) for name in OF_PERSON}
    row |= {name: SAYS[getattr(person, name)] for name in SAID}
    return row | _archive(home) if person.relation == Relation.HEAD else row


def _archive(home: Household) -> dict[str, str]:
    tags = sorted(tag for tag in home.policy_tags if tag in PolicyTag.values)
    # in another order they would be others
    told = ",".join(str(PolicyTag(tag).label) for tag in tags) if tags == home.policy_tags else ""
    land = "" if home.land_mu is None else f"{home.land_mu.normalize():f}"
    return {name: str(getattr(home, name)) for name in OF_HOME} | {"land_mu": land, "policy_tags": told}
