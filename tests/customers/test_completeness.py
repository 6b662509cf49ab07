from hypothesis import given
from hypothesis import strategies as st

from customers.completeness import CURRENT, HEAD, RULES, measure

NEEDED = RULES[CURRENT]


def archive(missing):
    home = {each.field: 0 for each in NEEDED if each.owner != HEAD and each not in missing}
    head = {each.field: "x" for each in NEEDED if each.owner == HEAD and each not in missing}
    return home, head


@given(st.sets(st.sampled_from(NEEDED)))
def test_what_is_missing_is_named_and_only_a_full_archive_is_complete(missing):
    found = measure(*archive(missing))
    assert set(found.missing) == missing
    assert found.is_complete is (found.score == 100) is (not missing)
    assert found.rule == CURRENT


@given(st.sets(st.sampled_from(NEEDED), min_size=1))
def test_one_entry_more_never_lowers_the_score(missing):
    less = measure(*archive(missing)).score
    assert measure(*archive(set(list(missing)[1:]))).score > less or less == 100


def test_nothing_at_all_scores_zero():
    found = measure({"address": "", "land_mu": None}, None)
    assert (found.score, len(found.missing)) == (0, len(NEEDED))
