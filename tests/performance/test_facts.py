"""Frozen facts are the same text on every database."""

import hashlib

import pytest

from gridbank.scoping import waive_scope
from performance import services
from performance.models import Fact, Score
from tests.performance.world import MONTH, fill

# The fixed month below, written with ids replaced by their order, on either database.
EXPECTED = "4d349b64ac6d0cdaca03b3d47d9813492df5d0759c1422a556b1b628ec1fb59d"


@pytest.fixture
def month(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH)


def canonical(cast, run):
    """The fact lines with every id replaced by its order of appearance: independent of sequences."""
    names = {}
    lines = []
    with waive_scope("test"):
        for fact in Fact.objects.filter(run=run).order_by("number"):
            key = [
                names.setdefault((kind, value), len(names))
                for kind, value in (
                    ("s", fact.staff_id),
                    ("g", fact.grid_id),
                    ("b", fact.branch_id),
                    (fact.source, fact.source_id if fact.source != "visit" else fact.subject),
                    ("customer" if fact.source in {"offer", "customer"} else "household", fact.subject),
                )
            ]
            lines.append(
                f"{fact.number} {fact.indicator} {key} {fact.day} {fact.source} {fact.numerator} {fact.denominator}"
            )
        for score in Score.objects.filter(run=run).order_by("level", "staff_no", "subject_id"):
            lines.append(
                f"{score.level} {score.subject_name} {score.total} {score.rank_bank} {score.rank_branch}"
            )
    return lines


def test_both_databases_agree_on_the_fixed_month(cast, month):
    lines = canonical(cast, month)
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == EXPECTED, "\n".join(lines)


def test_the_root_hash_is_over_text_that_anyone_can_write_again(month):
    lines = [month.inputs]
    with waive_scope("test"):
        for f in Fact.objects.filter(run=month).order_by("number"):
            lines.append(
                f"{f.number}|{f.indicator}|{f.staff_id}|{f.grid_id}|{f.branch_id or ''}|{f.day}|{f.source}|{f.source_id}"
                f"|{f.source_version}|{f.subject}|{f.numerator_micros}|{f.denominator_micros}"
            )
    text = "".join(f"{line}\n" for line in lines)
    assert hashlib.sha256(text.encode()).hexdigest() == month.root_hash
