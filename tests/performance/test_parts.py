"""Reading what a number is made of."""

from performance import parts, selectors
from performance.enums import Level


def score_of(cast, period, level, name):
    return selectors.score_list(actor=cast.zhao).get(run=period.current_run, level=level, subject_name=name)


def test_the_whole_bank_is_not_added_up_by_grid(cast, period, django_assert_num_queries):
    bank = score_of(cast, period, "bank", "总行")
    with django_assert_num_queries(0):
        assert parts.sums_by_grid(actor=cast.zhao, score=bank, indicator="archive_rate") == []


def test_a_branchs_rows_are_added_up_by_grid_the_largest_first(cast, period):
    east = score_of(cast, period, "branch", "东支行")
    found = parts.sums_by_grid(actor=cast.zhao, score=east, indicator="archive_rate")
    assert [one.name for one in found][:2] == ["甲村", "乙村"]
    assert (found[0].counted, found[0].left) == (3, 1)
    line = next(line for line in east.lines.all() if line.indicator == "archive_rate")
    assert sum(one.numerator for one in found) == line.numerator
    assert sum(one.denominator for one in found) == line.denominator
    part = found[0].as_line(line)
    assert (part.actual, part.target) == (found[0].numerator / found[0].denominator, line.target)


def test_the_lines_below_are_of_the_level_below_and_of_the_same_branch(cast, period):
    east = score_of(cast, period, "branch", "东支行")
    lines = parts.lines_below(actor=cast.zhao, score=east, level=Level.MANAGER, indicator="archive_rate")
    assert {line.score.branch_id for line in lines} == {cast.east.pk}
    assert parts.lines_below(actor=cast.wu, score=east, level=Level.MANAGER, indicator="archive_rate") == []


def test_the_score_above_is_shown_to_who_may_see_it(cast, period):
    east, li = score_of(cast, period, "branch", "东支行"), score_of(cast, period, "manager", "李娜")
    assert parts.score_above(actor=cast.zhao, score=li) == east
    assert parts.score_above(actor=cast.zhao, score=east).level == Level.BANK
    assert parts.score_above(actor=cast.chen, score=east) is None
