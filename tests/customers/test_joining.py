"""What is chosen between two archives."""

from datetime import date

from customers.joining import NOT_CHOSEN, groups, open_groups, taken
from customers.models import Customer
from customers.personal import typed
from tests.factories import CustomerFactory


def test_every_field_that_people_fill_in_is_in_one_group_or_never_chosen():
    named = [field for group in groups() for field in group.fields]
    assert sorted(named) == sorted(set(typed(Customer)) - NOT_CHOSEN)


def names(found):
    return [group.name for group in found]


def test_a_choice_is_asked_only_where_both_say_something_else(home):
    one = CustomerFactory(
        household=home, name="甲", phone="13800138000", occupation="木匠", wechat_added=True
    )
    other = CustomerFactory(household=home, name="乙", phone="", workplace="镇上")
    assert names(open_groups(one, other)) == ["name", "work"]
    assert names(taken(other, one, ())) == ["phone", "wechat_added"]
    assert names(taken(other, one, ["work", "phone", "nothing"])) == ["phone", "wechat_added", "work"]
    assert names(taken(one, other, ())) == []


def test_a_number_decides_over_a_date_of_birth_alone(home):
    one = CustomerFactory(household=home, name="甲", birth_date=date(1970, 5, 5))
    other = CustomerFactory(
        household=home, name="甲", id_type="resident", id_number="1", birth_date=date(1971, 5, 5)
    )
    assert names(open_groups(one, other)) == []
    assert names(taken(one, other, ())) == ["document"]
    assert names(taken(other, one, ["document"])) == []
