"""What the audit trail calls archives: by the household's number, never by anybody's name."""

from collections.abc import Collection

from django.db.models import Q

from audit.subjects import NEAR, SOON, Listed, Subjects, register
from customers.actions import Action
from customers.models import Claim, Consent, Customer, Household
from gridbank.scoping import NOBODY

OF_HOUSEHOLD = ("household__code__iexact",)
OF_PERSON = ("customer__household__code__iexact",)


def _decided(keys: Collection[str]) -> Q:
    """Return the condition for the events that decided claims: by whom and when."""
    rows = Claim.objects.filter(pk__in=keys, decided_at__isnull=False).order_by("-decided_at")
    fits = NOBODY
    for decider, at in rows.values_list("decided_by", "decided_at")[:NEAR]:
        fits |= Q(actor_id=decider, at__gte=at, at__lt=at + SOON)
    return fits


def register_subjects() -> None:
    """Let the trail name them."""
    code = "customer__household__code"
    register(
        Subjects("customers.household", Household.objects.all, ("code",), ("code__iexact",)),
        Subjects(
            "customers.customer",
            Customer.objects.all,
            ("household__code", "pk"),
            OF_HOUSEHOLD,
            "{} #{}".format,
        ),
        Subjects("customers.consent", Consent.objects.all, (code,), OF_PERSON),
        Subjects("customers.claim", Claim.objects.all, (code,), OF_PERSON),
        listed=[
            Listed(action, "claims", "customers.claim", _decided)
            for action in (Action.CLAIMS_CONFIRMED, Action.CLAIMS_REFUTED)
        ],
    )
