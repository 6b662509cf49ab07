"""The archive's tables: what stands, and what is said of it over time."""

from customers.models.archive import (
    ARCHIVE,
    PERSON,
    Consent,
    Customer,
    Household,
    SpecialMembership,
    grid_scope_q,
)
from customers.models.histories import (
    AppRegistration,
    Attribution,
    Claim,
    CompleteSpan,
    CoreNumber,
    Death,
    IdentitySpan,
    Residence,
    Restriction,
)
from customers.models.twins import Likeness, PersonMerge

__all__ = [
    "ARCHIVE", "PERSON", "AppRegistration", "Attribution", "Claim", "CompleteSpan", "Consent", "CoreNumber", "Customer", "Death", "Household",
    "IdentitySpan", "Likeness", "PersonMerge", "Residence", "Restriction", "SpecialMembership", "grid_scope_q",
]  # fmt: skip
