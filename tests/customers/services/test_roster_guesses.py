"""What a roster tells of numbers to whoever doesn't hold the bank's records."""

from customers.models import Customer
from customers.services.roster_guesses import MOST_OF_A_NAME, called_so, many_refuse
from customers.services.roster_rows import Told
from exchange.sheets import Row


def told(name, digest):
    return Told(0, Row("名册", 1, {}), person={"name": name}, digest=digest)


def test_as_many_of_a_name_as_people_are_called_so_go_in_whatever_the_sign():
    rows = [told("曾小明" if n % 2 else "曾晓明", str(n)) for n in range(MOST_OF_A_NAME)]
    others = [told("李梅", "x"), told("曾小明", None)]
    many_refuse([*rows, *others])
    assert not any(one.faults for one in rows)
    more = [*rows, told("曾筱明", "more")]
    many_refuse([*more, *others])
    assert all(one.faults for one in more)
    assert not any(one.faults for one in others)


def test_one_number_over_and_over_is_one():
    rows = [told("曾小明", "1") for _n in range(MOST_OF_A_NAME + 5)]
    many_refuse(rows)
    assert not any(one.faults for one in rows)


def test_a_name_is_compared_by_its_key_where_it_has_one():
    assert called_so(Customer(name="曾小明", name_key="曾小明"), told("曾小明", None))
    assert called_so(Customer(name="曾 小明"), told("曾小明", None)) == called_so(
        Customer(name="曾小明"), told("曾小明", None)
    )
    assert not called_so(Customer(name="曾晓明", name_key="曾晓明"), told("曾小明", None))
