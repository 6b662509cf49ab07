"""A household as a workbook: a sheet of its people, and one of each app downstream; masked as on its page."""

from collections.abc import Sequence
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _

from customers import personal, selectors
from customers.leaves import Leaf, leaves_of
from customers.models import Customer, Household
from customers.presenting.people import app_state
from exchange.cells import cell_of, width_of
from exchange.writing import Column, Paper, file_name, sheet_name, workbook
from gridbank.days import years_on
from people.models import User


def people(actor: User, household: Household) -> Leaf:
    """Return the people who live there, with their numbers masked."""
    numbers, today = personal.numbers(Customer), timezone.localdate()
    headings = [_("Name"), _("Relation"), _("Age"), *(str(field.label) for field in numbers), _("App")]
    rows = [
        [
            person.name,
            person.get_relation_display(),
            years_on(person.birth_date, today),
            *(field.masked(person) or "" for field in numbers),
            str(app_state(person).label),
        ]
        for person in selectors.household_people(actor=actor, household=household)
    ]
    return Leaf(_("Household members"), headings, rows)


def read(*, actor: User, household: Household) -> list[Leaf]:
    """Read the whole household as somebody who sees it."""
    return [people(actor, household), *leaves_of(actor, household)]


def written(leaves: Sequence[Leaf], *, actor: User, household: Household) -> tuple[bytes, str]:
    """Return the workbook, with who takes it and when on every page, and what it is called on a desk."""
    buffer, at = BytesIO(), f"{timezone.localtime():%Y-%m-%d %H:%M}"
    mark = f"{actor.name} {actor.staff_no} {at}"
    with workbook(buffer) as book:
        for leaf in leaves:
            rows = [[cell_of(value) for value in row] for row in leaf.rows]
            columns = [
                Column(heading, width=width_of([heading, *(row[place] for row in rows)]))
                for place, heading in enumerate(leaf.headings)
            ]
            line = f"{household.code} · {household.grid.name}"
            book.table(sheet_name(leaf.title), columns, rows, paper=Paper(leaf.title, line, mark, head=mark))
    return buffer.getvalue(), file_name(_("Household"), household.code, at[:10])
