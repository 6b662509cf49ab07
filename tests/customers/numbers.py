"""Identity numbers for tests: well-formed, of people who don't exist."""

from datetime import date

from stdnum.cn import ric


def id_number(born=date(1980, 5, 17), serial=101, region="522727"):
    body = f"{region}{born:%Y%m%d}{serial:03}"
    return body + ric.calc_check_digit(body + "0")
