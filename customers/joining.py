"""What two archives of one person say, and what is chosen between: the fields of an archive in groups."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.enums import IdType
from customers.models import Customer
from customers.personal import sealed, typed

# what the household says of its people, and what is never chosen: whoever wants no contact in one archive wants none
NOT_CHOSEN = frozenset({"relation", "guardian", "do_not_contact"})
DOCUMENT = "document"


@dataclass(frozen=True)
class Group:
    """Fields that belong together: one archive's are taken, or the other's."""

    name: str
    label: str | Promise
    fields: tuple[str, ...]

    def values(self, person: Customer) -> tuple[object, ...]:
        """Return what an archive says in it."""
        return tuple(getattr(person, field) for field in self.fields)

    @property
    def is_masked(self) -> bool:
        """Whether a page shows less of it than stands there."""
        return bool({"birth_date", *(field.name for field in sealed(Customer))} & set(self.fields))

    def rank(self, person: Customer) -> int:
        """Return how much an archive says in it: nothing, something, or what decides: a number."""
        if self.name == DOCUMENT and person.id_number:
            return 2
        return int(any(value and value != IdType.NONE for value in self.values(person)))


# a number says when somebody was born and what he is
_TOGETHER = (
    Group(DOCUMENT, _("Document, age, gender"), ("id_type", "id_number", "birth_date", "gender")),
    Group("work", _("Occupation and workplace"), ("occupation", "workplace")),
    Group("away", _("Works away"), ("is_migrant", "back_season")),
)


def groups() -> tuple[Group, ...]:
    """Return the groups in the order of the archive: whatever field is new is one of its own."""
    of = {field: group for group in _TOGETHER for field in group.fields}
    found: dict[str, Group] = {}
    for name in typed(Customer):
        if name not in NOT_CHOSEN:
            label = Customer._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            group = of.get(name) or Group(name, label, (name,))
            found.setdefault(group.name, group)
    return tuple(found.values())


def open_groups(one: Customer, other: Customer) -> list[Group]:
    """Return the groups in which both say as much, and not the same: in all others nothing is to be chosen.

    Where a page shows less than stands there, whether it is the same isn't told: it may be chosen.
    """
    return [
        group
        for group in groups()
        if group.rank(one) == group.rank(other)
        and (group.values(one) != group.values(other) or (group.is_masked and group.rank(one)))
    ]


def taken(keep: Customer, gone: Customer, chosen: Collection[str]) -> list[Group]:
    """Return the groups that are taken from the archive that goes: chosen ones, and of what it says more."""
    wanted = [group for group in open_groups(keep, gone) if group.name in chosen]
    return [group for group in groups() if group in wanted or group.rank(gone) > group.rank(keep)]
