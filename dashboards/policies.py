"""Which home a role opens, and whose work a home speaks of."""

from enum import StrEnum

from grids.authority import Act, roles_of
from people.enums import THREE_OFFICERS, Role
from people.models import User


class Home(StrEnum):
    """A page that somebody starts from."""

    BANK = "bank"
    BRANCH = "branch"
    MANAGER = "manager"
    ACCOUNTS = "accounts"
    ROLES = "roles"
    TRAIL = "trail"


HOMES = {
    Role.HEAD_OFFICE: Home.BANK,
    Role.BRANCH_MANAGER: Home.BRANCH,
    Role.ACCOUNT_MANAGER: Home.MANAGER,
    Role.SYSADMIN: Home.ACCOUNTS,
    Role.SECADMIN: Home.ROLES,
    Role.AUDITOR: Home.TRAIL,
}

# Who may have a file to bring; which kinds is said by each.
BRINGING_ROLES = frozenset({Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.SYSADMIN})

# Who may cut ground anew: whoever leads the bank or a branch.
CUTTING_ROLES = roles_of(Act.LAYOUT_MAKE)

# Whoever goes from door to door: a home counts what they did today.
VISITING_ROLE = Role.ACCOUNT_MANAGER

# What an administrator of roles looks at first: whoever sees or keeps the whole house.
POWERFUL_ROLES = frozenset({*THREE_OFFICERS, Role.HEAD_OFFICE})


def home_of(actor: User) -> Home:
    """Return the home of a person's role."""
    return HOMES[Role(actor.role)]
