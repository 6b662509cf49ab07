"""Names of people who don't exist: local surnames with given names made of seasons, crops and weather."""

import random

SURNAMES = "罗石韦莫陆杨王吴陈刘潘岑覃蒙周张李黄何邓谢龙田孟宋雷卢金班袁"
_MALE_OLD = "德国文光明正朝永金万"
_MALE_OLD_END = "福荣贵林山海祥才华昌"
_FEMALE_OLD = "秀桂玉兰菊春凤金银翠"
_FEMALE_OLD_END = "英芬兰莲珍香花芝妹仙"
_MALE = "稻麦松禾峰岭川石晨远春冬立小大向"
_MALE_END = "野原岩涛磊坡舟犁耕田阳林青星河"
_FEMALE = "禾溪晴雨雪春夏秋云月小梦晓若青"
_FEMALE_END = "苗朵棠荷叶霞露禾雁萤穗溪桑茶莓"
_OLD_STYLE_BEFORE = 1975


def given_name(rng: random.Random, *, female: bool, born: int) -> str:
    """Make a given name in the fashion of the year of birth."""
    if born < _OLD_STYLE_BEFORE:
        first, last = (_FEMALE_OLD, _FEMALE_OLD_END) if female else (_MALE_OLD, _MALE_OLD_END)
    else:
        first, last = (_FEMALE, _FEMALE_END) if female else (_MALE, _MALE_END)
    end = rng.choice(last)
    return end if rng.random() < 0.08 else rng.choice(first) + end


def surname(rng: random.Random) -> str:
    """Pick a surname, common ones more often."""
    return SURNAMES[min(int(rng.expovariate(0.16)), len(SURNAMES) - 1)]
