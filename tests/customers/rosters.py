"""Rows of rosters for tests."""

from datetime import date

from django.utils import timezone

from exchange.sheets import Row, Source
from tests.customers.numbers import id_number

TODAY = timezone.localdate()


def source(actor, **more):
    as_of, bank_id = more.pop("as_of", TODAY), more.pop("bank_id", None)
    return Source(actor=actor, as_of=as_of, bank_id=bank_id, batch=7, **more)


def rows(*told, **common):
    return [
        Row("名册", number, {key: value for key, value in (common | one).items() if value})
        for number, one in enumerate(told, 2)
    ]


HEAD = {
    "name": "曾小明",
    "relation": "head",
    "id_number": id_number(date(1970, 1, 1)),
    "phone": "13800000001",
    "address": "示例村1号",
}


WIFE = {"name": "李梅", "relation": "spouse", "birth_date": "1975-02-03", "gender": "female"}


CHILD = {
    "name": "曾小宝",
    "relation": "child",
    "birth_date": f"{TODAY.year - 6}-01-01",
    "occupation": "学生",
    "phone": "13800000001",
}


HERE = {"household": "520100001", "township": "牙舟", "village": "兴发村", "group_name": "一组"}


def fates(outcomes):
    return [outcome.fate.value for outcome in outcomes]
