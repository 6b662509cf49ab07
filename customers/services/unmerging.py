"""A merge is taken back: both archives stand as before, while nothing was built on it; else it is said what was."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from customers import merging, policies, selectors
from customers.actions import Action
from customers.models import Consent, Customer, PersonMerge
from customers.services import checks, identities, merged_claims
from customers.services.attribution import households_hold
from customers.services.deaths import head_follow
from customers.services.merging import Both, hold, said_of, told_of, told_with
from customers.services.milestones import STEP_DAYS
from gridbank.days import month_first
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
    households_hold({merge.customer.household_id, merge.merged.household_id})
    # as it is after the wait: who took back another one may have given this one something to rest on
    kept: dict[str, Any] = json.loads(visible_or_404(selectors.merge_list(actor=actor), pk=merge.pk).kept)
    with waive_scope("both were read as the actor; what came along goes back, wherever it lies"):
        # whoever writes to one of them holds his household
        told = told_of(merge.customer)
        reached = _reached(merge, kept)
        _back(kept, merge, merging.Turn.BEFORE_MONTHS)
        final = closing.hold(merge.customer.household.grid, reached.asked)
        both = hold(merge.customer, merge.merged)
        merge = visible_or_404(locked(selectors.merge_list(actor=actor)), pk=merge.pk)
        _refuse_later(actor, merge, kept, both)
        built = _built(both, kept, told)
        if since := reached.since(final):
            built.append(closing.show_months(since))
        if built:
            message = _("Built on it since: %(what)s. It can't be taken back any more.")
            raise Refused(message % {"what": _(", ").join(built)})
        changed = [(one, said_of(one)) for one in (both.keep, both.gone)]
        _undo(actor, both, kept, merge)
        _give_back(both, kept, merge)
        for one, was in changed:
            _tell(actor, one, was, final)
        told_with(actor, both.gone, reached.moved & final, merged=False)
    merge.undone_by, merge.undone_at, merge.undone_because = actor, timezone.now(), reason.strip()
    merge.save(update_fields=["undone_by", "undone_at", "undone_because"])
    changes = {"merged": both.gone.pk, "reason": reason.strip(), "version": both.keep.version}
    record(actor=actor, action=Action.CUSTOMER_UNMERGED, subject=both.keep, changes=changes)
    return merge


@dataclass(frozen=True, slots=True)
class _Reached:
    """The days of which a final month may count something by a merge."""

    counted: set[date]
    """Of what counts otherwise because of it."""
    moved: set[date]
    """Of what hangs on another archive since."""
    told: set[date]
    """Of steps that stand in another archive since."""
    months: frozenset[str]
    """The first days of those months that were final when it was made, and listed it."""

    @property
    def asked(self) -> set[date]:
        return self.counted | self.moved | self.told

    def since(self, final: Collection[date]) -> set[date]:
        """Return the days whose month became final by the merge."""
        return {day for day in self.counted & set(final) if month_first(day).isoformat() not in self.months}


def _reached(merge: PersonMerge, kept: dict[str, Any]) -> _Reached:
    counted, moved = set(closing.months_since(timezone.localdate(merge.made_at))), set[date]()
    told = set[date]()
    pairs = [(kept["keep"], said_of(merge.customer)), (kept["gone"], said_of(merge.merged))]
    for was, now in pairs:
        for step in STEP_DAYS:
            if any(was[name] != now[name] for name in merged_claims.columns_of(step)):
                told |= _days_of(step, was, now)
        columns = merged_claims.columns_of("customer_since")
        document = (was["id_digest"] is None) != (now["id_digest"] is None)
        if document or any(was[name] != now[name] for name in columns):
            counted |= _days_of("customer_since", was, now)
    verified = [was for was, _now in pairs if was["app_verified_on"]]
    if len(verified) > 1 or any(was["app_evidence"] != pairs[0][1]["app_evidence"] for was in verified):
        # a state of every month since; one that came along as it was counts where it was
        counted |= set(closing.months_since(min(_days_of("app_verified_on", *verified))))
    for follower in merging.followers():
        days = follower.days(pk__in=_keys(follower, kept))
        moved |= days
        if follower.earns:
            counted |= days
    return _Reached(counted, moved, told, frozenset(kept.get("final", ())))


def _days_of(step: str, *said: dict[str, Any]) -> set[date]:
    return {date.fromisoformat(one[step]) for one in said if one[step]}


def _tell(actor: User, person: Customer, was: dict[str, Any], final: Collection[date]) -> None:
    """List beside final months which days of what somebody reached are others again."""
    now = said_of(person)
    shown = {step: [was[step], now[step]] for step in STEP_DAYS if was[step] != now[step]}
    days = {date.fromisoformat(day) for pair in shown.values() for day in pair if day}
    closing.tell(closing.Change(actor, person.household.grid, person, days & set(final), shown))


def _named(merge: PersonMerge, kept: dict[str, Any]) -> set[int]:
    """Return everybody whose archive a merge changed."""
    return {merge.customer_id, merge.merged_id, *(row[0] for row in kept["others"])}


def _standing(homes: Collection[int]) -> QuerySet[PersonMerge]:
    """Return the merges in force of which an archive is in one of these households."""
    of_homes = Q(customer__household__in=homes) | Q(merged__household__in=homes)
    rows: QuerySet[PersonMerge] = PersonMerge.objects.filter(of_homes, undone_at=None)
    return rows.select_related("customer", "merged").order_by("pk")


def _refuse_later(actor: User, merge: PersonMerge, kept: dict[str, Any], both: Both) -> None:
    """Take back what was put upon it first, the newest of all. Raises Refused, saying which."""
    named, homes, first = _named(merge, kept), set(both.homes), dict[int, PersonMerge]()
    rested = -1
    while len(first) != rested:
        rested = len(first)
        for row in _standing(homes).filter(pk__gt=merge.pk).exclude(pk__in=first):
            if (also := _named(row, json.loads(row.kept))) & named:
                named |= also
                homes |= {row.customer.household_id, row.merged.household_id}
                first[row.pk] = row
    if not first:
        return
    row = first[max(first)]
    said = {
        "day": date_format(timezone.localdate(row.made_at), "SHORT_DATE_FORMAT"),
        "gone": row.merged.name,
        "name": row.customer.name,
    }
    if selectors.merge_list(actor=actor).filter(pk=row.pk).exists():
        raise Refused(_("First take back the merge of %(day)s: %(gone)s, put into %(name)s.") % said)
    raise Refused(
        _("First a later merge of %(day)s must be taken back, by who may see both archives.") % said
    )


def _give_back(both: Both, kept: dict[str, Any], merge: PersonMerge) -> None:
    """Let earlier merges rest on what they rested on: what this one changed of it is as before."""
    if "from" not in kept:
        # made before this was kept: the newest one only can be taken back
        return
    people = {one.pk: one for one in (both.keep, both.gone)}
    came = [*(one.pk for one in people.values()), *(row[0] for row in kept["others"])]
    versions = {pk: (kept["from"].get(str(pk)), both.people[pk].version) for pk in came}
    stood = {int(pk): seals for pk, seals in kept["stood"].items()}
    now = {pk: told_of(people[pk]) for pk in stood}
    for row in _standing(both.homes).exclude(pk=merge.pk):
        said = json.loads(row.kept)

        def again(pk: int, version: int) -> int:
            before, after = versions.get(pk, (None, version))
            return after if version == before else version

        pair = zip((row.customer_id, row.merged_id), said["versions"], strict=True)
        said["versions"] = [again(pk, version) for pk, version in pair]
        said["others"] = [[pk, *rest, again(pk, version)] for pk, *rest, version in said["others"]]
        seals = stood.get(row.customer_id, {})
        same = [key for key, seal in said["told"].items() if seals.get(key) == seal]
        said["told"] |= {key: now[row.customer_id][key] for key in same}
        row.kept = json.dumps(said)
        row.save(update_fields=["kept"])


def _built(both: Both, kept: dict[str, Any], told: dict[str, str]) -> list[str]:
    """Say what was changed since, kind by kind."""
    found = []
    if [both.keep.version, both.gone.version] != kept["versions"]:
        found.append(_("changes of %(name)s's archive") % {"name": both.keep.name})
    for pk, *_stood, version in kept["others"]:
        other = both.people.get(pk)
        if other is None or other.version != version:
            found.append(_("changes of the others of the household"))
            break
    labels = {one.key: str(one.label) for one in merging.followers()} | {"claims": _("Claims")}
    return [*found, *(labels[key] for key, seal in kept["told"].items() if told.get(key) != seal)]


def _keys(follower: merging.Follower, kept: dict[str, Any]) -> list[Any]:
    field = follower.rows().model._meta.pk
    return [field.to_python(pk) for pk in kept["moved"].get(follower.key, [])]


def _back(kept: dict[str, Any], merge: PersonMerge, *turns: merging.Turn) -> None:
    for one in merging.followers(*turns):
        one.back(_keys(one, kept), merge.merged_id)


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
    merged_claims.restriction_drop(kept.get("restriction"))
    _back(kept, merge, merging.Turn.AFTER_CLAIMS)
    for home in both.homes.values():
        head_follow(home, actor, timezone.localdate())
