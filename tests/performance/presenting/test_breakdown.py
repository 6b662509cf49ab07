"""What a number is made of: every part with its sums, and nothing lost between them."""

from decimal import Decimal

import pytest

from performance import selectors
from performance.presenting.breakdown import breakdown


def of(actor, period, level, name, indicator="visit_coverage"):
    score = selectors.score_list(actor=actor).get(run=period.current_run, level=level, subject_name=name)
    return breakdown(actor=actor, score=score, indicator=indicator)


@pytest.mark.parametrize(
    "indicator", ["visit_coverage", "archive_rate", "marketing_success", "new_customers"]
)
@pytest.mark.parametrize(("level", "name"), [("bank", "总行"), ("branch", "东支行"), ("manager", "李娜")])
def test_the_parts_add_up_to_the_whole(cast, period, level, name, indicator):
    found = of(cast.zhao, period, level, name, indicator)
    parts = [row["part"] for row in found["rows"]]
    done = sum((part.numerator for part in parts), Decimal(0))
    due = sum((part.denominator for part in parts), Decimal(0))
    whole = (found["whole"].part, found["whole"].whole)
    if found["rest"] is None:
        assert (done, due) == whole
    else:
        assert (done, due) != whole
    assert found["done"] != ""


def test_a_bank_is_made_of_branches_a_branch_of_people_and_a_person_of_grids(cast, period):
    bank = of(cast.zhao, period, "bank", "总行")
    assert {row["name"] for row in bank["rows"]} == {"东支行", "西支行"}
    assert all(row["gauge"].url.endswith("/visit_coverage/parts/") for row in bank["rows"])
    branch = of(cast.zhao, period, "branch", "东支行")
    assert "李娜" in {row["name"] for row in branch["rows"]}
    assert all(row["gauge"].url.endswith("/visit_coverage/") for row in branch["rows"])
    assert branch["above"]["name"] == "总行"
    # 丁村 has nobody, and what chen did stands in 乙村
    assert branch["rest"] is not None
    person = of(cast.zhao, period, "manager", "李娜")
    (row,) = person["rows"]
    assert (row["name"], row["done"], row["due"]) == ("甲村", "2", "4")
    assert row["gauge"].url.endswith(f"?grid={cast.grid_li.pk}")
    assert person["above"]["name"] == "东支行"


def test_who_is_furthest_behind_comes_first_and_is_named_in_the_words(cast, period):
    found = of(cast.zhao, period, "bank", "总行")
    gaps = [row["gauge"].gap for row in found["rows"] if row["gauge"].gap is not None]
    assert gaps == sorted(gaps)
    assert found["push"]["n"] == sum(row["gauge"].needs_push for row in found["rows"])
    assert found["rows"][0]["name"] in found["push"]["text"]


def test_nobody_is_told_of_parts_he_does_not_see(cast, period):
    found = of(cast.wu, period, "manager", "吴峰")
    assert found["above"] is None or found["above"]["name"] != "总行"
    with pytest.raises(Exception, match="does not exist"):
        of(cast.wu, period, "branch", "东支行")
