"""How the files of other systems and the archive differ, as whoever brought a file may read it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers import claiming, selectors
from customers.enums import AppStatus, Evidence
from customers.models import AppRegistration, Claim, Customer
from exchange.sheets import Apart, Compared, Source
from gridbank.lookups import portions

EVIDENCE = ("account_evidence", "app_evidence")
VERDICTS = {Evidence.CONFIRMED: "confirmed", Evidence.REFUTED: "refuted"}


def named(source: Source, subjects: Collection[str]) -> dict[str, Apart]:
    """Name people by the subjects of rows."""
    found: dict[str, Apart] = {}
    for some in portions({int(subject.partition(":")[2]) for subject in subjects}):
        for person in (
            selectors.customer_list(actor=source.actor).filter(pk__in=some).only("name", "household_id")
        ):
            found[f"{Customer._meta.label_lower}:{person.pk}"] = apart(person)
    return found


def apart(person: Customer, says: str = "") -> Apart:
    """Name a person."""
    return Apart(str(person.name), person.get_absolute_url(), says)


def differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Say what a row changed of a person, by what pages call it."""
    before, after = {**before, **before.get("app", {})}, {**after, **after.get("app", {})}
    found = []
    for model in (Customer, AppRegistration):
        for field in model._meta.fields:
            was, now = before.get(field.name), after.get(field.name)
            if field.name in after and was != now:
                choices = dict(field.flatchoices)
                found.append((_label(field), _shown(choices, was), _shown(choices, now)))
    return found


def _shown(choices: Mapping[Any, Any], value: Any) -> str:
    return "" if value is None else str(choices.get(value, value))


def _label(field: Any) -> str:
    return _("evidence") if field.name in EVIDENCE else str(field.verbose_name)


def verdict(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say whether a row confirmed or refuted what somebody had entered."""
    for column in EVIDENCE:
        if before.get(column) == Evidence.CLAIMED and after.get("claims"):
            # an account that was denied stands with the file's own day since, which is confirmed
            is_denied = after.get(column) == Evidence.REFUTED or _moved(before, after)
            return VERDICTS[Evidence.REFUTED if is_denied else Evidence(after[column])]
    return ""


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(day) != after.get(day) for day in ("customer_since", "app_verified_on"))


def accounts_absent(source: Source, most: int) -> tuple[int, list[Apart]]:
    """Return which accounts were entered by the file's day, and no file bears out."""
    return _claims(source, "account", most)


def _claims(source: Source, kind: str, most: int) -> tuple[int, list[Apart]]:
    rows = selectors.claims_wanted(actor=source.actor, state=Evidence.CLAIMED, kind=kind)
    rows = rows.filter(_here(source), day__lte=source.as_of)
    return rows.count(), [apart(one.customer, _claimed(one)) for one in rows[:most]]


def _here(source: Source) -> Q:
    return (
        Q()
        if source.bank_id is None
        else Q(customer__household__grid__path__startswith=f"/{source.bank_id}/")
    )


def _claimed(claim: Claim) -> str:
    who = claim.entered_by.name if claim.entered_by else "–"
    label = str(claiming.kinds()[claim.kind].label)
    return _("%(what)s on %(day)s, entered by %(who)s") % {
        "what": label,
        "day": claim.day.isoformat(),
        "who": who,
    }


def apps_absent(source: Source, most: int) -> tuple[int, list[Apart]]:
    """Return who has the app here, by a file of before or by somebody's entry, and isn't in this file."""
    rows: QuerySet[AppRegistration] = AppRegistration.objects.visible_to(source.actor).select_related(
        "customer"
    )
    rows = rows.filter(_here(source), as_of__lt=source.as_of).exclude(status=AppStatus.CLOSED)
    count, found = _claims(source, "verified", most)
    told = [
        apart(one.customer, _("in the file of %(day)s") % {"day": one.as_of.isoformat()})
        for one in rows[:most]
    ]
    return rows.count() + count, [*told, *found][:most]


ACCOUNTS = Compared(named=named, absent=accounts_absent, differs=differs, verdict=verdict)
APPS = Compared(named=named, absent=apps_absent, differs=differs, verdict=verdict)
