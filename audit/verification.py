"""Is the trail whole? Every hash, the order, the count and the head, row by row."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from audit import anchors
from audit.actions import Action
from audit.models import AuditEvent, AuditHead
from audit.services import GENESIS, event_hash, record
from gridbank.sealing import is_sealed

CHUNK = 2000


class Witness(Protocol):
    """Compares rows that say who decided something with the trail: it is told every event, then asked what is wrong."""

    def note(self, event: AuditEvent) -> None:
        """Take an event that is whole."""

    def faults(self) -> Iterator[str]:
        """Return a sentence for each row of which no event tells."""


_witnesses: list[Callable[[], Witness]] = []


def register(witness: Callable[[], Witness]) -> None:
    """Take what a room keeps of decisions; called once, when the app is ready."""
    if witness not in _witnesses:
        _witnesses.append(witness)


class Signed:
    """Rows that somebody put his name to, each by one event about it: `rows` are their keys and the signers'.

    They are read before the events are: what is signed meanwhile is looked at the next time.
    """

    def __init__(self, model: str, action: str, rows: Iterable[tuple[int, int | None]]) -> None:
        """Read the rows."""
        self.model, self.action, self.rows = model, action, list(rows)
        self.told: set[tuple[str, int | None]] = set()

    def note(self, event: AuditEvent) -> None:
        """Remember who signed which row."""
        if (event.subject_type, event.action) == (self.model, self.action):
            self.told.add((event.subject_id, event.actor_id))

    def faults(self) -> Iterator[str]:
        """Name the rows that nobody, or somebody else, signed by the trail."""
        for pk, signer in self.rows:
            if (str(pk), signer) not in self.told:
                yield f"{self.model} {pk}: no event tells that it was signed by {signer}"


class Numbered:
    """Many rows decided by one event, which names their keys in a list: one bit for each, whatever their number.

    `verdicts` gives by action the keys of what is decided so; `name` is the event's list. Read before the events are.
    """

    def __init__(self, model: str, name: str, verdicts: Mapping[str, Iterable[int]]) -> None:
        """Read the rows."""
        self.model, self.name = model, name
        self.rows = {action: _bits(keys) for action, keys in verdicts.items()}
        self.told = {action: bytearray() for action in verdicts}

    def note(self, event: AuditEvent) -> None:
        """Mark what an event says was decided."""
        if event.action in self.told:
            _mark(self.told[event.action], json.loads(event.changes).get(self.name, ()))

    def faults(self) -> Iterator[str]:
        """Name the rows of which no event tells."""
        for action, rows in self.rows.items():
            told = self.told[action]
            told.extend(bytes(max(0, len(rows) - len(told))))
            for place, (row, seen) in enumerate(zip(rows, told, strict=False)):
                # a byte at a time: nearly all agree
                for bit in range(8) if row & ~seen else ():
                    if (row & ~seen) >> bit & 1:
                        yield f"{self.model} {place * 8 + bit}: no event tells of it ({action})"


SOON = timedelta(hours=1)
Act = tuple[int | None, datetime, str]
"""Who did it, when, and what else a row says of it."""
Acts = dict[int, list[Act]]


class Dated:
    """Rows that say of a subject who did something when: each stands beside an event of that act, at that time.

    `rows` reads them by subject; `told` returns of which subjects an event tells, and what else it says. Where several
    acts may leave one row (`merges`), an event needs none of its own. A row of nobody is anybody's. What changes
    meanwhile is looked at again.
    """

    def __init__(
        self,
        label: str,
        rows: Callable[[], Acts],
        told: Callable[[AuditEvent], Iterable[tuple[int, str]]],
        *,
        merges: bool = False,
    ) -> None:
        """Read the rows."""
        self.label, self.rows, self.tells, self.merges = label, rows, told, merges
        self.before = rows()
        self.told: Acts = {}
        self.put_back: set[datetime] = set()
        self.last: datetime | None = None

    def note(self, event: AuditEvent) -> None:
        """Remember of whom an event tells."""
        for subject, more in self.tells(event):
            self.told.setdefault(subject, []).append((event.actor_id, event.at, more))
        if event.at == self.last:
            # the clock stood before the trail's last event: when it was is not known
            self.put_back.add(event.at)
        self.last = event.at

    def faults(self) -> Iterator[str]:
        """Name the subjects of whom a row says what no event tells, or of whom a row is missing."""
        after = self.rows()
        for subject in sorted(self.told.keys() | self.before.keys()):
            events = self.told.get(subject, [])
            if not any(self._agree(rows.get(subject, []), events) for rows in (self.before, after)):
                yield f"{self.label} of {subject}: it is not what the events tell of it"

    def _agree(self, rows: list[Act], events: list[Act]) -> bool:
        if not self.merges and len(rows) != len(events):
            return False
        left = list(events)
        for row in rows:
            found = next((event for event in left if self._is(row, event)), None)
            if found is None:
                return False
            left.remove(found)
        return True

    def _is(self, row: Act, event: Act) -> bool:
        who, when, more = row
        is_then = when <= event[1] and (event[1] - when < SOON or event[1] in self.put_back)
        return is_then and more == event[2] and (who is None or event[0] in {who, None})


def _bits(keys: Iterable[int]) -> bytearray:
    bits = bytearray()
    _mark(bits, keys)
    return bits


def _mark(bits: bytearray, keys: Iterable[int]) -> None:
    for key in keys:
        if key // 8 >= len(bits):
            bits.extend(bytes(key // 8 + 1 - len(bits)))
        bits[key // 8] |= 1 << key % 8


@dataclass
class Report:
    """What was found. `breaks` holds at most as many sentences as were asked for."""

    count: int = 0
    head: str = GENESIS
    breaks: list[str] = field(default_factory=list)
    anchored: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaks


def verify(*, anchor: str = "", limit: int = 20) -> Report:
    """Walk the chain once, in constant memory, while others go on writing; then ask whether decisions stand in it.

    `anchor` is a hash noted elsewhere earlier: it must still be part of the chain, as must those of the anchors' file,
    each at its place.
    """
    noted, faults = _noted()
    start = _head()
    report = Report(breaks=faults, anchored=not anchor or anchor == GENESIS)
    witnesses = [witness() for witness in _witnesses]
    for event in _events():
        problems = list(_problems(event, report.head))
        for witness in witnesses if not problems else ():
            witness.note(event)
        report.breaks += [f"event {event.pk}: {problem}" for problem in problems]
        report.count += 1
        report.head = event.hash
        if noted.pop(report.count, event.hash) != event.hash:
            report.breaks.append(f"event {event.pk}: an anchor names another hash for place {report.count}")
        report.anchored = report.anchored or event.hash == anchor
        if report.count == start.count and event.hash != start.hash:
            report.breaks.append(f"event {event.pk}: the head names another hash for place {start.count}")
        if len(report.breaks) >= limit:
            return report
    report.breaks += _ends(report, start, noted)
    for witness in witnesses:
        report.breaks += islice(witness.faults(), max(0, limit - len(report.breaks)))
    return report


def _ends(report: Report, start: AuditHead, noted: dict[int, str]) -> Iterator[str]:
    """Compare where the walk ended with the head, and with the anchors."""
    end = _head()
    if report.count < start.count:
        yield f"{start.count - report.count} events are missing: the head counts {start.count}"
    if report.count > end.count:
        yield f"{report.count - end.count} events stand beyond the head"
    if noted:
        yield f"an anchor counts {max(noted)} events: {max(noted) - report.count} are missing"
    if not report.anchored:
        yield "the anchor is not part of the chain"


def _noted() -> tuple[dict[int, str], list[str]]:
    """Return the hashes by place that the anchors' file names, or what is wrong with it."""
    if not anchors.are_there() and AuditEvent.objects.filter(action=Action.TRAIL_PROVED).exists():
        return {}, ["the file of the anchors is gone: GRIDBANK_ANCHOR_FILE"]
    try:
        return {anchor.count: anchor.head for anchor in anchors.read() if anchor.count}, []
    except anchors.BrokenAnchorsError as error:
        return {}, [str(error)]


def _head() -> AuditHead:
    return AuditHead.objects.filter(pk=1).first() or AuditHead()


def _events() -> Iterator[AuditEvent]:
    return AuditEvent.objects.order_by("pk").iterator(chunk_size=CHUNK)


def _problems(event: AuditEvent, previous: str) -> Iterator[str]:
    if event.previous_hash != previous:
        yield "it does not follow the event before it"
    if event.hash != event_hash(event):
        yield "its content does not match its hash"
    if not is_sealed(event.hash, event.seal):
        yield "it is not sealed with this installation's key"


def cut_off(count: int, head: str) -> None:
    """Note in the anchors that a backup with so many events was restored. Raises OSError."""
    anchors.write(count=count, head=head, months={}, cut=True)


def stands_now() -> tuple[int, str]:
    """Return how many events the trail counts, and the hash of the last."""
    head = _head()
    return head.count, head.hash


def tell(report: Report) -> None:
    """Record what the nightly proof of the trail found."""
    if report.is_whole:
        record(actor=None, action=Action.TRAIL_PROVED, changes={"count": report.count, "head": report.head})
    else:
        record(actor=None, action=Action.TRAIL_BROKEN, changes={"breaks": report.breaks})
