"""Is the trail whole? Every hash, the order, the count and the head, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit import anchors
from audit.actions import Action
from audit.models import AuditEvent, AuditHead
from audit.services import GENESIS, event_hash, record
from gridbank.sealing import is_sealed

CHUNK = 2000


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
    """Walk the chain once, in constant memory, while others go on writing.

    `anchor` is a hash noted elsewhere earlier: it must still be part of the chain, as must those of the anchors' file,
    each at its place.
    """
    noted, faults = _noted()
    start = _head()
    report = Report(breaks=faults, anchored=not anchor or anchor == GENESIS)
    for event in _events():
        problems = list(_problems(event, report.head))
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
    end = _head()
    if report.count < start.count:
        report.breaks.append(
            f"{start.count - report.count} events are missing: the head counts {start.count}"
        )
    if report.count > end.count:
        report.breaks.append(f"{report.count - end.count} events stand beyond the head")
    if noted:
        report.breaks.append(f"an anchor counts {max(noted)} events: {max(noted) - report.count} are missing")
    if not report.anchored:
        report.breaks.append("the anchor is not part of the chain")
    return report


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
