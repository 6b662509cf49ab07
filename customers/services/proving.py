"""What must agree with what was decided about claims: the trail, and the rows that earn."""

from collections.abc import Iterator

from audit.verification import Numbered
from customers import claiming
from customers.actions import Action
from customers.enums import Evidence
from customers.models import Claim
from gridbank.scoping import waive_scope


class ClaimsDecided(Numbered):
    """Every decided claim stands in an event, and what is confirmed in the row that earns is confirmed by a claim."""

    def __init__(self) -> None:
        """Read the claims of each verdict."""
        super().__init__(
            Claim._meta.label_lower,
            "claims",
            {
                Action.CLAIMS_CONFIRMED: _decided(Evidence.CONFIRMED),
                Action.CLAIMS_REFUTED: _decided(Evidence.REFUTED),
            },
        )

    def faults(self) -> Iterator[str]:
        """Name the claims that nobody decided, then the rows that count as confirmed without one."""
        yield from super().faults()
        for kind in claiming.kinds().values():
            for pk in kind.unclaimed():
                yield f"{kind.key} {pk}: it counts as confirmed, and no claim says so"


def _decided(state: Evidence) -> Iterator[int]:
    with waive_scope("a proof looks at every claim"):
        yield from Claim.objects.filter(state=state).order_by("pk").values_list("pk", flat=True).iterator()
