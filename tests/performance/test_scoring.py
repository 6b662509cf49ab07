from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.facts import lead_spans, shares_of
from performance.indicators import Window
from performance.scoring import (
    Inputs,
    Item,
    Line,
    Person,
    Sum,
    Tally,
    Unit,
    canonical_lines,
    line_for,
    needed,
    ranked_by_total,
    score,
    scores_hash,
    split_whole,
)  # fmt: skip
from tests.performance import reference

WINDOW = Window(date(2026, 2, 1), date(2026, 2, 28))
BRANCHES = (Unit(10, "东支行"), Unit(20, "西支行"))
KEYS = ["new_customers", "visit_coverage", "archive_rate"]
quantities = st.integers(0, 5_000_000).map(lambda micros: Decimal(micros).scaleb(-6))
decimals = st.integers(1, 9_999).map(lambda n: Decimal(n).scaleb(-2))


@st.composite
def months(draw):
    items = tuple(
        Item(key, place, key != "new_customers", draw(decimals), draw(st.none() | decimals), draw(decimals))
        for place, key in enumerate(KEYS, start=1)
    )
    people = tuple(
        Person(pk, f"S{draw(st.integers(0, 3))}{pk}", f"员工{pk}", 100 + pk, draw(st.sampled_from([10, 20])),
               draw(st.sampled_from(["town", "country"])), draw(st.booleans()))
        for pk in range(1, draw(st.integers(1, 6)) + 1)
    )  # fmt: skip
    staff = st.sampled_from([0, *(person.pk for person in people)])
    rows = draw(st.lists(
        st.tuples(st.sampled_from(KEYS), staff, st.sampled_from([0, 10, 20]), quantities, quantities), max_size=40
    ))  # fmt: skip
    facts = [(*row, number) for number, row in enumerate(rows, start=1)]
    targets = draw(
        st.dictionaries(st.tuples(st.sampled_from([p.pk for p in people]), st.sampled_from(KEYS)), decimals)
    )
    return Inputs(items, targets, people, BRANCHES, Unit(1, "总行")), facts


def add_up(facts):
    found = {}
    for key, staff, branch, top, bottom, number in facts:
        one = found.get((key, staff, branch), (Decimal(0), Decimal(0), number, number))
        first, last = min(one[2], number), max(one[3], number)
        found[key, staff, branch] = (one[0] + top, one[1] + bottom, first, last)
    return [Sum(*key, *value) for key, value in found.items()]


@settings(max_examples=400)
@given(months())
def test_points_and_ranks_equal_the_slow_reference(month):
    inputs, facts = month
    results = {r.subject_id: r for r in score(inputs, add_up(facts)) if r.level == "manager"}
    items = [
        {"key": i.indicator, "rate": i.is_rate, "weight": Fraction(i.weight), "cap": Fraction(i.cap),
         "target": None if i.target is None else Fraction(i.target)} for i in inputs.items
    ]  # fmt: skip
    expected = reference.totals(
        items, {key: Fraction(value) for key, value in inputs.targets.items()},
        [{"pk": p.pk} for p in inputs.people], [(*f[:3], Fraction(f[3]), Fraction(f[4])) for f in facts],
    )  # fmt: skip
    assert {pk: Fraction(result.total) for pk, result in results.items()} == expected
    ranked = [p for p in inputs.people if p.ranked]
    for person in inputs.people:
        groups = [
            [p.pk for p in ranked],
            [p.pk for p in ranked if p.branch_id == person.branch_id],
            [p.pk for p in ranked if p.peer_group == person.peer_group],
        ]
        shown = {pk: reference.rounded(total, 2) for pk, total in expected.items()}
        result = results[person.pk]
        wanted = [reference.rank(person.pk, g, shown) if person.ranked else None for g in groups]
        assert [result.rank_bank, result.rank_branch, result.rank_peer] == wanted


@settings(max_examples=200)
@given(months())
def test_people_and_nobody_add_up_to_branches_and_the_bank(month):
    inputs, facts = month
    results = score(inputs, add_up(facts))
    bank = results[-1]
    for line in bank.lines:
        mine = [fact for fact in facts if fact[0] == line.indicator]
        people = [
            row for r in results if r.level == "manager" for row in r.lines if row.indicator == line.indicator
        ]
        branches = [
            row for r in results if r.level == "branch" for row in r.lines if row.indicator == line.indicator
        ]
        nobody = sum((f[3] for f in mine if f[1] == 0), Decimal(0))
        headless = sum((f[3] for f in mine if f[2] == 0), Decimal(0))
        assert line.numerator == sum((f[3] for f in mine), Decimal(0))
        assert line.numerator == sum((p.numerator for p in people), nobody)
        assert line.numerator == sum((b.numerator for b in branches), headless)
        assert line.denominator == sum((f[4] for f in mine), Decimal(0))


@settings(max_examples=200)
@given(months())
def test_a_line_knows_between_which_numbers_its_facts_lie(month):
    inputs, facts = month
    column = {"manager": 1, "branch": 2}
    for result in score(inputs, add_up(facts)):
        for line in result.lines:
            mine = [
                fact[5] for fact in facts if fact[0] == line.indicator
                and (result.level == "bank" or fact[column[result.level]] == result.subject_id)
            ]  # fmt: skip
            assert (line.first, line.last) == (min(mine, default=None), max(mine, default=None))


@settings(max_examples=100)
@given(months(), st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_no_byte(month, random):
    inputs, facts = month
    first = scores_hash(score(inputs, add_up(facts)))
    random.shuffle(facts)
    people, items = list(inputs.people), list(inputs.branches)
    random.shuffle(people)
    random.shuffle(items)
    shuffled = Inputs(
        inputs.items, dict(reversed(inputs.targets.items())), tuple(people), tuple(items), inputs.bank
    )
    sums = add_up(facts)
    random.shuffle(sums)
    assert scores_hash(score(shuffled, sums)) == first


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 31), min_size=1).filter(lambda d: sum(d.values())))
def test_a_split_is_whole_and_equals_the_reference(days):
    parts = split_whole(days)
    assert sum(parts.values()) == 1
    assert {key: Fraction(part) for key, part in parts.items()} == reference.share(days)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(-40, 40), st.none() | st.integers(0, 60)), max_size=6)
)
def test_every_day_of_a_month_has_one_lead_or_nobody(assignments):
    dated = [
        (staff, start := WINDOW.first + timedelta(days=offset), None if length is None else start + timedelta(days=length))
        for staff, offset, length in assignments
    ]  # fmt: skip
    spans = lead_spans(dated, WINDOW)
    assert sum(span.days for span in spans) == 28
    assert sum(shares_of(spans).values()) == 1
    for number in range(28):
        day = WINDOW.first + timedelta(days=number)
        holders = [staff for staff, start, end in dated if start <= day and (end is None or day <= end)]
        (span,) = (span for span in spans if span.first <= day <= span.last)
        assert span.staff_id == (holders[-1] if holders else 0)


def test_equal_totals_share_a_rank_and_the_next_is_skipped():
    totals = [(1, Decimal(5)), (2, Decimal(7)), (3, Decimal("7.0000")), (4, Decimal(1))]
    assert ranked_by_total(totals) == {2: 1, 3: 1, 1: 3, 4: 4}


ITEM = Item("visit_coverage", 1, True, Decimal(25), Decimal("0.5"), Decimal("1.2"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "actual", "points"),
    [
        (0, 0, "0.5", None, "0"),
        (3, 0, "0.5", None, "0"),
        (1, 4, None, "0.25", "0"),
        (1, 4, "0.5", "0.25", "12.5"),
        (4, 4, "0.5", "1", "30"),
        (1, 3, "0.5", "0.333333", "16.6667"),
    ],
)
def test_empty_denominators_missing_targets_and_caps(numerator, denominator, target, actual, points):
    line = line_for(ITEM, Tally(Decimal(numerator), Decimal(denominator)), target and Decimal(target))
    assert (line.actual, line.points) == (actual and Decimal(actual), Decimal(points))


@pytest.mark.parametrize(
    ("numerator", "target"), [("-1", "1"), ("NaN", "1"), ("1", "NaN"), ("1", "0"), ("1", "-1")]
)
def test_what_is_no_count_and_no_target_is_an_error(numerator, target):
    with pytest.raises(ValueError, match="visit_coverage"):
        line_for(ITEM, Tally(Decimal(numerator), Decimal(1)), Decimal(target))


def test_facts_of_a_stranger_are_an_error():
    with pytest.raises(ValueError, match="aren't part"):
        score(
            Inputs((ITEM,), {}, (), (), Unit(1, "行")),
            [Sum("visit_coverage", 5, 0, Decimal(1), Decimal(1), 1, 1)],
        )


@settings(max_examples=300)
@given(st.booleans(), st.tuples(st.integers(0, 50), st.integers(0, 50)), st.tuples(*[decimals] * 4))
def test_what_is_needed_earns_the_gap_and_one_less_does_not(is_rate, counted, numbers):
    (top, bottom), (weight, target, cap, gap) = counted, numbers
    item = Item("visit_coverage", 1, is_rate, weight, target, cap)
    line = line_for(item, Tally(Decimal(min(top, bottom)), Decimal(bottom)), target)
    more = needed(line, item, gap)
    if more is None:
        return
    tolerance = weight * Decimal("0.000001") * (1 + 1 / target) + Decimal("0.0002")
    after = line_for(item, Tally(line.numerator + more, line.denominator), target)
    before = line_for(item, Tally(line.numerator + more - 1, line.denominator), target)
    assert after.points - line.points >= gap - tolerance
    assert more == 1 or before.points - line.points < gap + tolerance


def test_a_canonical_line_is_written_in_one_way():
    item = Item("archive_rate", 1, True, Decimal("10.0"), Decimal("0.9"), Decimal(1))
    person = Person(7, "S1", "李\n娜", 70, 10, "town", ranked=True)
    inputs = Inputs((item,), {}, (person,), BRANCHES, Unit(1, "总行"))
    lines = list(canonical_lines(score(inputs, [Sum("archive_rate", 7, 10, Decimal(1), Decimal(2), 3, 4)])))
    assert lines[-1] == (
        '["manager",7,"李\\n娜","S1",70,10,"东支行","town","5.5556",1,1,1,[[1,"archive_rate","1.000000",'
        '"2.000000","0.500000","0.9000","0.555556","10.00","5.5556",3,4]]]'
    )
    assert isinstance(score(inputs, [])[0].lines[0], Line)


@pytest.mark.parametrize(("rules", "ranks"), [(1, [1, 2, 3]), (2, [1, 1, 3])])
def test_whoever_is_shown_the_same_points_has_the_same_rank(rules, ranks):
    """51.1702 and 51.1698 are both 51.17; months of the first rules keep the ranks that they were published with."""
    items = (Item("new_customers", 1, False, Decimal(100), Decimal(1), Decimal(1)),)
    people = tuple(Person(pk, f"S{pk}", f"员工{pk}", 100 + pk, 10, "town", ranked=True) for pk in (1, 2, 3))
    inputs = Inputs(items, {}, people, BRANCHES, Unit(1, "总行"), rules)
    shares = ("0.511702", "0.511698", "0.511649")
    sums = [
        Sum("new_customers", pk, 10, Decimal(share), Decimal(0), pk, pk)
        for pk, share in enumerate(shares, start=1)
    ]
    found = {r.subject_id: r for r in score(inputs, sums) if r.level == "manager"}
    for name in ("rank_bank", "rank_branch", "rank_peer"):
        assert [getattr(found[pk], name) for pk in (1, 2, 3)] == ranks
    assert found[1].total == Decimal("51.1702")
