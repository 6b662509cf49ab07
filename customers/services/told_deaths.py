"""Deaths as the core system tells them: each is written down by whoever brings the file, as on the person's page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services.deaths import death_record, death_undo
from customers.services.meant import people_held, people_meant
from customers.services.witnessing import PERSON, day_told, key_of, nobody
from exchange.services import one_by_one
from exchange.sheets import Fate, Outcome, Row, Source, Stored, Undone, wrong
from gridbank.errors import Refused


def deaths_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Write deaths down; a household whose head died needs its next head first, from the person's page."""
    meant = people_meant(source, rows)
    places = {id(row): at for at, row in enumerate(rows)}

    def work(row: Row) -> Outcome:
        at = places[id(row)]
        person = meant.people.get(at)
        if person is None:
            return meant.faults.get(at) or nobody()
        return _died(source, row, person)

    return one_by_one(rows, work)


def _died(source: Source, row: Row, person: Customer) -> Outcome:
    day = day_told(source, row.values["died_on"], field="died_on")
    if person.died_on == day:
        return Outcome(Fate.UNCHANGED)
    if person.died_on is not None:
        sentence = _("Here the person's death is recorded for %(day)s.") % {"day": person.died_on.isoformat()}
        return wrong(
            "died_on", sentence, _("If the file is right, let the branch take the death back first.")
        )
    if source.actor is None:
        return wrong(
            "", _("A death is written down by somebody."), _("Bring the file as a user of head office.")
        )
    death_record(actor=source.actor, customer=person, day=day)
    return Outcome(Fate.NEW, subject=f"{PERSON}:{person.pk}", after={"died_on": day.isoformat()})


def deaths_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take deaths back that a file told."""
    people = people_held(source, [key_of(row.subject) for row in rows], hold=False)
    return [_undone(source, people.get(key_of(row.subject)), row) for row in rows]


def _undone(source: Source, person: Customer | None, row: Stored) -> Undone:
    if person is None or source.actor is None:
        return Undone(_("The person isn't there any more."))
    if person.died_on is None or person.died_on.isoformat() != row.after["died_on"]:
        return Undone(_("The death was taken back or put right since."))
    try:
        reason = _("The file that told of it was taken back (#%(batch)s).") % {"batch": source.batch}
        death_undo(actor=source.actor, customer=person, reason=reason)
    except Refused as refused:
        return Undone(str(refused))
    return Undone()
