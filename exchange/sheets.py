"""What a kind of file is: its columns, who may bring it, how its rows are judged, stored and undone.

A room declares its kinds in its own `sheets.py` and registers them in its `apps.py`. The engine reads and cleans cells,
finds which column holds what, cuts the rows into chunks, keeps what became of each, and comes back after a crash; a
sheet knows its room's rows and asks its room's services. A sheet gets a chunk at once, so that it asks the database a
few times a chunk and never once a row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

CLEAR = "—"
"""What a cell says when the value is to go; an empty cell leaves it alone and isn't in a row's values at all."""

ROWS_A_CHUNK = 1000


class Holds(StrEnum):
    """What the cells of a column are, and in which form a sheet gets them: always text."""

    TEXT = "text"
    """Words, with the spaces at their ends taken off."""
    CODE = "code"
    """Letters and digits in their plain forms, leading zeros kept; a number that a spreadsheet rounded is refused."""
    NUMBER = "number"
    """A decimal number without separators: `1200.5`."""
    DAY = "day"
    """A day, however it is written, as 2026-11-27."""
    CHOICE = "choice"
    """The value of one of the column's choices."""
    ID_NUMBER = "id_number"
    """As a code, in capitals. Whether it is one is the sheet's to ask."""
    PHONE = "phone"
    """Digits, a leading + kept."""


def hidden(value: str) -> str:
    """Show of a personal value what helps to find the row again and tells nothing: its last two signs."""
    return "*" * max(len(value) - 2, 4) + value[-2:] if len(value) > 4 else "****"  # noqa: PLR2004  no tail of a short one


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a kind of file.

    `label` is its heading in each language (lazy), `aliases` what else it is called in real files. `personal` values
    are shown by `mask` only. `choices` are (value, label) pairs, and `spellings` other words for their values.
    """

    key: str
    label: Any
    about: Any = ""
    holds: Holds = Holds.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False
    mask: Callable[[str], str] = hidden


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: whose file, of which bank, and from which day what it says is.

    `actor` is None for the installation itself. `batch` is None in a rehearsal that has none. `brought_by` is who
    brought the file where somebody else has its rows judged or stored: he reads what became of them.
    """

    actor: Any
    as_of: date
    bank_id: int | None = None
    batch: int | None = None
    brought_by: Any = None

    @property
    def reader(self) -> Any:
        """With whose eyes rows are looked at: a file tells nobody more than he could find out himself."""
        return self.brought_by or self.actor


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are sound: where it stands, and its values by column key.

    A key is there only if its cell wasn't empty; CLEAR stands for a value that is to go. `taken` says that somebody
    looked at the row, which was doubtful or waiting, and wants it taken as the file has it.
    """

    sheet: str
    number: int
    values: Mapping[str, str]
    taken: bool = False


class Fate(StrEnum):
    """What becomes of a row, in the dry run and when it is stored."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"
    """Not stored; its faults say why."""
    DOUBTFUL = "doubtful"
    """Not stored until somebody takes it: it looks like somebody who is here already."""
    WAITING = "waiting"
    """Not stored until somebody takes it: what stands here was changed after the day of the file."""


IN = frozenset({Fate.NEW, Fate.CHANGED, Fate.UNCHANGED})
"""What went in, or would."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, in whole sentences: what, and what to do. `column` is a key, empty for the whole row.

    The value isn't repeated in it: the engine shows it, masked where it is personal.
    """

    column: str
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, in the order of the rows.

    `subject` is what undo finds it by: `customers.customer:17`, or the keys of several joined. `before` is what stood
    before, by field, as JSON takes it (empty for what is new); `after` what the row wrote, so that undo can tell who
    worked on it since. All three are sealed at rest.
    """

    fate: Fate
    faults: tuple[Fault, ...] = ()
    subject: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row that went in, new or changed, as undo gets it: the last row of the batch first."""

    sheet: str
    number: int
    fate: Fate
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo did for a row: put it back (`kept` empty), or left it, with a sentence that says who worked on it."""

    kept: str = ""


Judge = Callable[[Source, Sequence[Row]], list[Outcome]]
Undo = Callable[[Source, Sequence[Stored]], list[Undone]]


@dataclass(frozen=True, slots=True)
class Apart:
    """Something in which file and archive differ: what it is called, its page, and what is to be said of it."""

    who: str
    url: str = ""
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How a kind is compared with what stands here, once its rows are stored.

    `named` names rows by their subjects, `absent` counts and names what stands here and in no such file (as many as
    are asked for), both as the source's actor may read them. `differs` says of a changed row what stood and stands, by
    what lists call it; `verdict` whether it confirmed or refuted what somebody had entered.
    """

    named: Callable[[Source, Collection[str]], Mapping[str, Apart]]
    absent: Callable[[Source, int], tuple[int, list[Apart]]]
    differs: Callable[[Mapping[str, Any], Mapping[str, Any]], list[tuple[str, str, str]]]
    verdict: Callable[[Mapping[str, Any], Mapping[str, Any]], str] = lambda _before, _after: ""


Out = Callable[[Any], Iterable[Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A kind of file.

    `store` writes a chunk inside the engine's transaction and returns an outcome for each row; it judges for itself,
    since a row may have become wrong after the dry run, and doing a chunk twice changes nothing. It raises nothing for
    a row. `judge` tells the same without writing; without one the engine rehearses: it stores and rolls back, which is
    for kinds of a few thousand rows (`most`). `undo` puts a chunk back, or says of a row why it can't.
    `may` tells who brings such files, `why_not` says who can; what a row may touch is asked for each row by `store`.
    """

    kind: str
    label: Any
    about: Any
    columns: tuple[Column, ...]
    may: Callable[[Any], bool]
    why_not: Callable[[Any], str]
    store: Judge
    undo: Undo
    judge: Judge | None = None
    chunk: int = ROWS_A_CHUNK
    most: int = 1_048_576
    # who sees, stores and undoes what others of his bank brought
    oversees: Callable[[Any], bool] = lambda _actor: False
    # files that tell of all there is are held against what stands here
    compared: Compared | None = None
    # what stands here, as rows of such a file, in the forms in which cells are read; only of what is nobody's secret
    out: Out | None = None
    # the list that is asked for where that is longer than goes out at once; without one it always does
    outlet: str = ""
    # where it stands among the kinds
    place: int = 100

    def column(self, key: str) -> Column:
        """Return a column by its key. Raises KeyError."""
        return self.by_key[key]

    @property
    def by_key(self) -> dict[str, Column]:
        """The columns by their keys."""
        return {column.key: column for column in self.columns}


_sheets: dict[str, Sheet] = {}
_reaches: list[Callable[[Any], str]] = []


def register(sheet: Sheet) -> None:
    """Take a kind of file; called once, when the app that owns it is ready."""
    _sheets[sheet.kind] = sheet


def sheet_of(kind: str) -> Sheet | None:
    """Return the kind of that name; None when there is none."""
    return _sheets.get(kind)


def sheets() -> list[Sheet]:
    """Return all kinds in their order."""
    return sorted(_sheets.values(), key=lambda sheet: (sheet.place, sheet.kind))


def sheets_for(actor: Any) -> list[Sheet]:
    """Return the kinds of file that somebody may bring."""
    return [sheet for sheet in sheets() if sheet.may(actor)]


def register_reach(reach: Callable[[Any], str]) -> None:
    """Take what tells where somebody may look today; called once, when the app that owns the grids is ready."""
    _reaches[:] = [reach]


def reach_of(actor: Any) -> str:
    """Return where somebody may look today, as a word that changes with it."""
    return next((reach(actor) for reach in _reaches if actor is not None), "")


def wrong(column: str, sentence: str, remedy: str = "") -> Outcome:
    """Return the outcome of a row with one fault."""
    return Outcome(Fate.WRONG, (Fault(column, sentence, remedy),))
