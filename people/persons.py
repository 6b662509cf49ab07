"""Who is one person: accounts of one staff number, however it was written. What takes two people asks here."""

from django.db.models import Q

from gridbank.context import memo
from people.models import User, canonical_staff_no

# as numbers are stored since; what is older may be written in full width or with blanks
PLAIN = r"^[A-Za-z0-9-]+$"


def is_same(one: User | None, other: User | None) -> bool:
    """Whether two accounts are one person's; nobody is the same as nobody."""
    return one is not None and other is not None and _number(one.staff_no) == _number(other.staff_no)


def accounts_of(user: User) -> frozenset[int]:
    """Return the keys of a person's accounts, his own among them: for a question that the database answers."""
    kept, name, number = memo(), ("accounts of", user.pk), _number(user.staff_no)
    if name not in kept:
        alike = Q(staff_no__iexact=number) | ~Q(staff_no__regex=PLAIN)
        rows = User.objects.filter(alike).values_list("pk", "staff_no")
        kept[name] = frozenset({user.pk, *(pk for pk, staff_no in rows if _number(staff_no) == number)})
    found: frozenset[int] = kept[name]
    return found


def other_accounts() -> dict[int, int]:
    """Return of everybody with several accounts to which one of his, the oldest, the others belong."""
    first: dict[str, int] = {}
    rows = User.objects.order_by("pk").values_list("pk", "staff_no")
    return {pk: one for pk, staff_no in rows if (one := first.setdefault(_number(staff_no), pk)) != pk}


def _number(staff_no: str) -> str:
    return "".join(canonical_staff_no(staff_no).split())
