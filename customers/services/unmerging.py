"""A merge is taken back: both archives stand as before, while nothing was built on it; else it is said what was."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import merging, policies, selectors
from customers.actions import Action
from customers.models import Consent, Customer, PersonMerge
from customers.services import checks, identities, merged_claims
from customers.services.attribution import households_hold
from customers.services.deaths import head_follow
from customers.services.merging import Both, hold, told_of
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids import closing
from people.models import User


@transaction.atomic
def persons_unmerge(*, actor: User, merge: PersonMerge, reason: str) -> PersonMerge:
    """Let two archives be two again. Raises Refused, naming what was built on the merge; PermissionDenied."""
    merge = visible_or_404(selectors.merge_list(actor=actor), pk=merge.pk)
    policies.own_twins(actor, merge.customer, merge.merged)
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    checks.plain_text("reason", reason.strip())
    kept: dict[str, Any] = json.loads(merge.kept)
    households_hold({merge.customer.household_id, merge.merged.household_id})
    with waive_scope("both were read as the actor; what came along goes back, wherever it lies"):
        # whoever writes to one of them holds his household
        told = told_of(merge.customer)
        _back(kept, merge, merging.Turn.BEFORE_MONTHS)
        days = closing.months_since(timezone.localdate(merge.made_at))
        final = closing.hold(merge.customer.household.grid, days)
        both = hold(merge.customer, merge.merged)
        merge = visible_or_404(locked(selectors.merge_list(actor=actor)), pk=merge.pk)
        built = _built(both, kept, told)
        if final:
            built.append(closing.show_months(final))
        if built:
            message = _("Built on it since: %(what)s. It can't be taken back any more.")
            raise Refused(message % {"what": _(", ").join(built)})
        _undo(actor, both, kept, merge)
    merge.undone_by, merge.undone_at, merge.undone_because = actor, timezone.now(), reason.strip()
    merge.save(update_fields=["undone_by", "undone_at", "undone_because"])
    changes = {"merged": both.gone.pk, "reason": reason.strip(), "version": both.keep.version}
    record(actor=actor, action=Action.CUSTOMER_UNMERGED, subject=both.keep, changes=changes)
    return merge


def _built(both: Both, kept: dict[str, Any], told: dict[str, str]) -> list[str]:
    """Say what was changed since, kind by kind."""
    found = []
    if both.keep.merged_into_id is not None:
        found.append(_("another merge"))
    if [both.keep.version, both.gone.version] != kept["versions"]:
        found.append(_("changes of %(name)s's archive") % {"name": both.keep.name})
    for pk, *_stood, version in kept["others"]:
        other = both.people.get(pk)
        if other is None or other.version != version:
            found.append(_("changes of the others of the household"))
            break
    labels = {one.key: str(one.label) for one in merging.followers()} | {"claims": _("Claims")}
    return [*found, *(labels[key] for key, seal in kept["told"].items() if told.get(key) != seal)]


def _back(kept: dict[str, Any], merge: PersonMerge, *turns: merging.Turn) -> None:
    for one in merging.followers(*turns):
        field = one.rows().model._meta.pk
        one.back([field.to_python(pk) for pk in kept["moved"].get(one.key, [])], merge.merged_id)


def _undo(actor: User, both: Both, kept: dict[str, Any], merge: PersonMerge) -> None:
    keep, gone, now = both.keep, both.gone, timezone.now()
    was = identities.known(keep)
    for one, said in ((keep, kept["keep"]), (gone, kept["gone"])):
        for name, value in said.items():
            field: Any = Customer._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
            setattr(one, name, field.to_python(value))
        one.version += 1
        one.updated_at = now
    names = [*kept["keep"], "version", "updated_at"]
    others = [both.people[pk] for pk, *_rest in kept["others"]]
    for other, (_pk, relation, guardian, _version) in zip(others, kept["others"], strict=True):
        other.relation, other.guardian_id = relation, guardian
        other.version += 1
        other.updated_at = now
    # whoever is head by now gives that back first
    for one in others:
        one.save(update_fields=["relation", "guardian", "version", "updated_at"])
    for one in (keep, gone):
        one.save(update_fields=names)
    if (keep.birth_date, keep.id_digest) != (was.birth_date, was.id_digest):
        identities.identity_keep(actor, keep, was)
    _back(kept, merge, merging.Turn.AFTER_PEOPLE)
    Consent.objects.filter(pk__in=kept["ended"]).update(withdrawn_at=None)
    merged_claims.claims_part(kept["claims"], keep)
    _back(kept, merge, merging.Turn.AFTER_CLAIMS)
    for home in both.homes.values():
        head_follow(home, actor, timezone.localdate())
