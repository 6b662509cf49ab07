"""The list of claims: what was entered, by whom, and what somebody else says of it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from customers import claiming, policies
from customers.enums import Evidence
from customers.models import Claim
from people.models import User

BADGES = {
    Evidence.CLAIMED: "warn",
    Evidence.CONFIRMED: "ok",
    Evidence.REFUTED: "bad",
    Evidence.WITHDRAWN: "muted",
}


def described(*, actor: User, claims: Collection[Claim]) -> list[dict[str, Any]]:
    """Return each claim with the name of what it is about and whether the reader may decide on it."""
    kinds, sources = claiming.kinds(), defaultdict[str, list[int]](list)
    for claim in claims:
        sources[claim.kind].append(claim.source_id)
    own = policies.own_claims(actor, claims)
    known = {key: kinds[key].describe(ids) for key, ids in sources.items()}
    return [
        {
            "claim": claim,
            "kind": kinds[claim.kind].label,
            "what": known[claim.kind].get(claim.source_id, ""),
            "badge": BADGES[Evidence(claim.state)],
            "may_decide": policies.can_witness(actor, claim, own),
            "is_own": claim.state == Evidence.CLAIMED and claim.pk in own,
        }
        for claim in claims
    ]
