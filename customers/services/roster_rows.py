"""What a line of a roster says: its cells as the models' own fields take them, each by the rules of one form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from customers.enums import IdType, PolicyTag, Relation
from customers.identity import Identity, IdentityError, guess_id_type, parse_id_number, parse_phone
from customers.models import Customer, Household
from customers.naming import listed_name, name_key
from customers.pii import id_digest
from customers.services.checks import plain_text
from customers.services.people import NOT_OF_MINORS
from exchange.sheets import CLEAR, Fault, Row
from gridbank.days import GUARDED_AGE, age_on
from gridbank.errors import Refused
from gridbank.sayings import speaking

PERSON = (
    "name", "relation", "gender", "birth_date", "id_type", "id_number", "phone", "occupation", "workplace", "is_migrant",
    "back_season", "wechat_added", "do_not_contact",
)  # fmt: skip
HOME = (
    "group_name", "address", "house_type", "land_mu", "livestock", "vehicles", "business", "income_band", "income_source",
    "other_banks", "policy_tags",
)  # fmt: skip
BETWEEN = re.compile(r"[,;\u3001\uff0c\uff1b]")
SAID = frozenset({"is_migrant", "wechat_added", "do_not_contact"})
YES_NO = {"yes": True, "no": False}
# What a file can't take out: somebody has to look at the person.
FIRM = frozenset({
    "household", "township", "village", "head", "guardian", "name", "relation", "gender", "birth_date", "id_type", "id_number",
    "group_name",
})  # fmt: skip
# A shorter number is a village's own, and means nothing elsewhere.
CODE_LEAST = 6
GATHERED = ("household", "township", "village", "head", "guardian")


@dataclass(slots=True)
class Told:
    """A row: where it stands among the rows, what it says of the person and of his household, and what is wrong."""

    place: int
    row: Row
    language: str | None = None
    person: dict[str, Any] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    area_id: int | None = None
    identity: Identity | None = None
    digest: str | None = None
    # with whom it was gathered, and whether their household is here by its number or its head's name
    gathered: int = 0
    is_placed: bool = False

    @property
    def name(self) -> str:
        found: str = self.person.get("name", "")
        return found

    @property
    def key(self) -> str:
        """How the name is compared."""
        return name_key(self.name)

    @property
    def birth_date(self) -> date | None:
        found: date | None = self.person.get("birth_date")
        return found

    @property
    def is_head(self) -> bool:
        return self.person.get("relation") == Relation.HEAD

    @property
    def head(self) -> str:
        """The head's name as the row gives it, his own if he is it; empty when it says nothing."""
        return self.name if self.is_head else listed_name(self.value("head"))

    def value(self, column: str) -> str:
        """Return what a cell says, empty for nothing."""
        return self.row.values.get(column, "")

    def refuse(self, column: str, sentence: Any, remedy: Any = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(column, str(sentence), str(remedy)))


@cache
def _columns() -> dict[str, tuple[type[models.Model], Any]]:
    found: dict[str, tuple[type[models.Model], Any]] = {
        name: (Household, Household._meta.get_field(name)) for name in HOME
    }
    return found | {name: (Customer, Customer._meta.get_field(name)) for name in PERSON}


def _read(column: str, text: str) -> tuple[Any, str]:
    """Return a cell's value, and what is wrong with it."""
    _model, field = _columns()[column]
    try:
        value: Any = field.clean(text, None)
        if isinstance(field, models.CharField) and not field.choices:
            plain_text(column, value)
    except ValidationError as error:
        return None, error.messages[0]
    except Refused as error:
        return None, str(error)
    return value, ""


# The same words stand in a county's lists over and over; a sentence is of its language. What is sealed is kept nowhere.
@lru_cache(maxsize=50_000)
def _read_once(column: str, text: str, _language: str | None) -> tuple[Any, str]:
    return _read(column, text)


@cache
def _tag_words() -> dict[str, str]:
    """Return the policy groups by their words in each language."""
    words = {value: value for value in PolicyTag.values}
    for code, _name in settings.LANGUAGES:
        with speaking(code):
            words |= {str(label): value for value, label in PolicyTag.choices}
    return words


def _tags(told: Told, text: str) -> list[str] | None:
    words = [word.strip() for word in BETWEEN.split(text) if word.strip()]
    found = [_tag_words().get(word, "") for word in words]
    if not all(found):
        told.refuse(
            "policy_tags",
            _("One of the policy groups is unknown."),
            _("Write them as in the template, with commas between."),
        )
        return None
    return sorted(set(found))


def _cleared(column: str) -> Any:
    if column == "policy_tags":
        return []
    field = _columns()[column][1]
    return None if field.null else field.get_default()


def _value(told: Told, column: str, text: str) -> Any:
    """Read one cell; None with a fault noted."""
    if text == CLEAR:
        if column in FIRM:
            told.refuse(
                column,
                _("This isn't taken out by a file."),
                _("Change it on the person's page, or leave the cell empty."),
            )
        return _cleared(column)
    if column == "policy_tags":
        return _tags(told, text)
    if column in SAID:
        return YES_NO[text]
    # read once more below, and as a whole
    if column in {"id_number", "phone"}:
        return text
    text = listed_name(text) if column == "name" else text
    is_sealed = column == "address"
    value, wrong = _read(column, text) if is_sealed else _read_once(column, text, told.language)
    if wrong:
        told.refuse(column, wrong)
    return value


def rows_told(rows: Sequence[Row], bank_id: int, today: date) -> list[Told]:
    """Read rows, each with what is wrong with it alone."""
    language = get_language()
    return [_told(Told(place, row, language), bank_id, today) for place, row in enumerate(rows)]


def _told(told: Told, bank_id: int, today: date) -> Told:
    columns = _columns()
    for column, text in told.row.values.items():
        if column in columns:
            part = told.person if columns[column][0] is Customer else told.home
            part[column] = _value(told, column, text)
        elif text == CLEAR and column in GATHERED:
            told.refuse(column, _("This isn't taken out by a file."), _("Leave the cell empty."))
    if not told.name and not told.faults:
        told.refuse("name", _("A person has a name."), _("Write the name as on the ID card."))
    _document(told, bank_id, today)
    _phone(told)
    age = age_on(told.birth_date, today)
    # lists say of everybody what isn't kept of a child
    if age is not None and age < GUARDED_AGE:
        told.person = {name: value for name, value in told.person.items() if name not in NOT_OF_MINORS}
    return told


def _document(told: Told, bank_id: int, today: date) -> None:
    """Read the ID number: its shape tells the document where the file doesn't, and it tells birth and gender."""
    person = told.person
    number, kind = person.pop("id_number", None), person.pop("id_type", None)
    # a kind of document without a number says nothing
    if not number:
        return
    try:
        kind = guess_id_type(number) if kind in {None, IdType.NONE} else kind
        found = parse_id_number(number, id_type=kind, today=today)
    except IdentityError as error:
        told.refuse("id_number", error.message, _("Leave the cell empty when the card isn't at hand."))
        return
    if person.get("birth_date", found.birth_date) != found.birth_date:
        told.refuse(
            "birth_date",
            _("The date of birth and the ID number don't agree."),
            _("Compare both with the card."),
        )
    if person.get("gender", found.gender) != found.gender:
        told.refuse(
            "gender", _("The gender and the ID number don't agree."), _("Compare both with the card.")
        )
    told.identity, told.digest = found, id_digest(found.canonical, bank_id)
    person |= {
        "id_type": found.id_type, "id_number": found.number, "birth_date": found.birth_date, "gender": found.gender,
    }  # fmt: skip


def _phone(told: Told) -> None:
    if phone := told.person.get("phone"):
        try:
            told.person["phone"] = parse_phone(phone)
        except IdentityError as error:
            told.refuse("phone", error.message, _("Leave the cell empty when the person has none."))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON takes them."""
    return {
        name: value
        if value is None or isinstance(value, str | int | list)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
        for name, value in values.items()
    }
