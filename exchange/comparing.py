"""A stored file held against what stands here: in the file and not here, here and not in the file, different."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from exchange.models import Batch, Phase
from exchange.selectors import portions, rows_out
from exchange.sheets import Apart, Compared, Fate, Source
from people.models import User

# what tells that a row means nobody who is here
WHO = frozenset({"id_number", "customer_no"})


@dataclass(frozen=True)
class Line:
    """A row of the report: where it stands in the file, whom it is about, and what differs."""

    where: str
    apart: Apart
    differs: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Report:
    """What a file and the archive say of one another; lists hold as many as were asked for, counts all."""

    new: list[Line] = field(default_factory=list)
    unknown: list[Line] = field(default_factory=list)
    different: list[Line] = field(default_factory=list)
    absent: list[Apart] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def report(batch: Batch, *, actor: User, most: int) -> Report:
    """Compare a batch that was read as somebody, whose rows are stored."""
    compared, made = batch.sheet.compared, Report()
    if compared is None:
        return made
    source = Source(actor, batch.as_of, batch.bank_id, batch.pk)
    taken: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = []
    for portion in portions(batch, Phase.STORED):
        for sheet, number, fate, subject, before, after in portion.told["in"]:
            made.counts[fate] += 1
            if verdict := compared.verdict(before, after):
                made.counts[verdict] += 1
            if made.counts[fate] <= most:
                taken.append((f"{sheet} {number}", fate, subject, before, after))
    _named(made, compared, source, taken)
    for row in rows_out(batch, Phase.STORED, Fate.WRONG, Fate.WAITING):
        is_unknown = any(fault.column in WHO for fault in row.faults)
        if row.fate == Fate.WRONG and not is_unknown:
            continue
        key, lines = ("unknown", made.unknown) if is_unknown else ("waiting", made.different)
        made.counts[key] += 1
        if made.counts[key] <= most:
            says = " ".join(fault.sentence for fault in row.faults)
            lines.append(Line(f"{row.sheet} {row.number}", Apart("", says=says)))
    made.counts["absent"], made.absent = compared.absent(source, most)
    return made


def _named(made: Report, compared: Compared, source: Source, taken: list[Any]) -> None:
    names = compared.named(source, {subject for _where, _fate, subject, _before, _after in taken})
    for where, fate, subject, before, after in taken:
        apart = names.get(subject, Apart(""))
        if fate == Fate.NEW:
            made.new.append(Line(where, apart))
        else:
            made.different.append(Line(where, apart, compared.differs(before, after)))
