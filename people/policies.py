"""What the officers may do, and which role walks: what a part in a grid gives stands in `grids.authority`.

The actor None is the bank's own server room: a management command.
"""

from people.enums import BUSINESS_ROLES, FIELD_ROLES, Role
from people.models import User


def walks_grids(actor: User) -> bool:
    """Whether the role is out in the grids, with no branch to choose and nobody below."""
    return actor.role in FIELD_ROLES


def keeps_accounts(actor: User) -> bool:
    """Whether the person sees the accounts: the two officers who keep them, nobody else."""
    return actor.is_active and actor.role in {Role.SYSADMIN, Role.SECADMIN}


def opens_accounts(actor: User | None) -> bool:
    """Whether the actor opens, closes and resets accounts."""
    return actor is None or (actor.is_active and actor.role == Role.SYSADMIN)


def gives_roles(actor: User) -> bool:
    """Whether the person gives roles: never who opens the accounts."""
    return actor.is_active and actor.role == Role.SECADMIN


def sees_all_tokens(actor: User) -> bool:
    """Whether the person sees, and may end, everybody's tokens."""
    return actor.role == Role.SYSADMIN


def reads_trail(actor: User) -> bool:
    """Whether the person reads the audit trail of everybody."""
    return actor.is_active and actor.role == Role.AUDITOR


def roles_of_new_accounts(actor: User | None) -> frozenset[Role]:
    """Return the roles that an account may begin with: an officer's only in the server room."""
    return frozenset(Role) if actor is None else BUSINESS_ROLES
