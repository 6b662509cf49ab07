"""The files that the archive takes in: a roster, one row a person."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import Gender, HouseType, IdType, IncomeBand, Relation, Season
from customers.models import Customer
from customers.naming import listed_name
from customers.pii import mask_name
from customers.rostered import rostered, rows_of
from customers.services.roster import roster_judge, roster_store
from customers.services.roster_undo import roster_undo
from exchange.cleaning import Cleaner, Unsound
from exchange.sheets import CLEAR, Column, Holds, Sheet
from gridbank.listing import TAKEN
from grids.authority import Act, may, why_not
from people.models import User

NUMBERED = ("", "长", "次", "二", "三", "四", "五", "六", "七", "八", "大", "小", "幺", "独生")
# How lists say who somebody is, in words and by the classes of GB/T 4761.
_RELATIONS: Mapping[str, tuple[str, ...]] = {
    Relation.HEAD: ("户主", "本人", "户主本人", "本人或户主", "家长", "01", "02", "0", "1"),
    Relation.SPOUSE: (
        "配偶", "夫", "妻", "妻子", "丈夫", "老婆", "老公", "爱人", "夫妻", "之妻", "之夫", "户主配偶", "10", "11", "12",
    ),
    Relation.CHILD: (
        "子女", "儿", "儿子", "闺女", "女儿", "养子", "养女", "继子", "继女", "之子", "之女", "养子女", "继子女", "儿媳", "女婿", "媳妇",
        "儿媳妇", "子媳", "独生子女", "20", "30", *(f"{one}{kind}" for kind in ("子", "女", "儿", "媳", "婿", "儿子", "女儿", "儿媳", "女婿") for one in NUMBERED),
        *map(str, range(21, 30)), *map(str, range(31, 40)),
    ),
    Relation.GRANDCHILD: (
        "孙", "孙子", "孙女", "外孙", "外孙子", "外孙女", "孙子女", "孙子、孙女", "外孙子女", "曾孙", "曾孙子", "曾孙女", "重孙", "重孙女", "孙媳", "孙媳妇",
        "孙女婿", "长孙", "次孙", "长孙女", "次孙女", "之孙", "之孙女", *map(str, range(40, 50)),
    ),
    Relation.PARENT: (
        "父母", "父", "母", "父亲", "母亲", "爸爸", "妈妈", "岳父", "岳母", "公公", "婆婆", "公爹", "家公", "家婆", "继父", "继母", "养父", "养母", "之父",
        "之母", *map(str, range(50, 60)),
    ),
    Relation.SIBLING: (
        "兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "哥", "兄弟", "姐妹", "之兄", "之弟", "之姐", "之妹", "大哥", "二哥", "大姐", "二姐",
        "二弟", "三弟", "二妹", "三妹", *map(str, range(70, 80)),
    ),
    Relation.OTHER: (
        "其他", "其它", "亲属", "其他亲属", "祖父", "祖母", "爷爷", "奶奶", "外祖父", "外祖母", "外公", "外婆", "祖父母", "曾祖父", "曾祖母", "嫂", "嫂子", "弟媳",
        "弟媳妇", "嫂嫂", "姐夫", "妹夫", "伯父", "伯母", "叔父", "叔叔", "婶", "婶婶", "姑", "姑姑", "姑母", "舅", "舅舅", "舅父", "舅母", "姨", "姨妈", "侄", "侄子", "侄女",
        "侄儿", "外甥", "外甥女", "堂兄", "堂弟", "堂姐", "堂妹", "表兄", "表弟", "表姐", "表妹", "非亲属", "保姆", "寄养", "寄居", "同居人", "99",
        *map(str, range(60, 70)), *map(str, range(80, 99)),
    ),
}  # fmt: skip
RELATIONS = {word: value for value, words in _RELATIONS.items() for word in words}
YES_NO = (("yes", pgettext_lazy("in a file", "Yes")), ("no", pgettext_lazy("in a file", "No")))
YES_NO_WORDS = {
    **dict.fromkeys(("是", "有", "1", "y", "Y", "√", "对", "true"), "yes"),
    **dict.fromkeys(("否", "无", "0", "n", "N", "×", "不是", "没有", "false"), "no"),
}
GENDERS = {
    **dict.fromkeys(("男", "男性", "1", "M"), Gender.MALE), **dict.fromkeys(("女", "女性", "2", "F"), Gender.FEMALE),
}  # fmt: skip
DOCUMENTS = dict.fromkeys(
    ("身份证", "居民身份证", "二代身份证", "二代证", "1"), IdType.RESIDENT
) | dict.fromkeys(("外国人永久居留证", "外国人永久居留身份证"), IdType.FOREIGN_PERMANENT)
HOUSES = {
    "砖房": HouseType.BRICK, "砖混": HouseType.BRICK, "砖木": HouseType.BRICK, "钢混": HouseType.BRICK, "木房": HouseType.WOOD,
    "木结构": HouseType.WOOD, "土木": HouseType.WOOD, "楼房": HouseType.FLAT, "商品房": HouseType.FLAT, "租房": HouseType.RENTED,
    "租住": HouseType.RENTED,
}  # fmt: skip


def _given(choices: Any) -> list[tuple[str, Any]]:
    """Return choices without the one that stands for nothing said."""
    return [(value, label) for value, label in choices if value]


HOUSEHOLD_COLUMNS = (
    Column(
        key="household", label=_("household number"), holds=Holds.CODE, aliases=("户号", "户编号", "家庭编号", "户籍号", "户口编号"),
        about=_("Keeps the rows of a household together. From six signs on it is the household's number here as well; a shorter one counts within its village and group."),
        example="520100001",
    ),
    Column(
        key="township", label=_("Township"), aliases=("乡镇", "镇", "乡", "街道", "乡镇名称", "所属乡镇"),
        about=_("Needed where several villages are called the same, or where villages are told by their own short number."), example="牙舟镇",
    ),
    Column(
        key="village", label=_("village"), aliases=("村", "行政村", "村居", "村(居)", "村名", "村名称", "所属村", "村委会", "社区", "村代码", "行政区划代码"),
        about=_("The name or the code as in the list of divisions."), example="兴发村",
    ),
    Column(
        key="group_name", label=_("village group"), aliases=("组", "村民组", "村组", "小组", "组别", "组名", "自然寨"), example="一组",
        about=_("The group within the village."),
    ),
    Column(
        key="head", label=_("head of household"), personal=True, mask=mask_name, aliases=("户主", "户主姓名", "户主名", "户主名称"),
        about=_("The head's name in each row: where there is no household number, village, group and head keep a household together."), example="示例甲",
    ),
)  # fmt: skip
PERSON_COLUMNS = (
    Column(
        key="name", label=pgettext_lazy("a person", "name"), required=True, personal=True, mask=mask_name, example="示例甲",
        aliases=("姓名", "名字", "家庭成员姓名", "成员姓名", "客户姓名", "客户名称", "成员"), about=_("As on the ID card."),
    ),
    Column(
        key="relation", label=_("relation to the head"), holds=Holds.CHOICE, choices=Relation.choices, spellings=RELATIONS, example="户主",
        aliases=("与户主关系", "关系", "家庭关系", "与户主的关系", "户主关系", "成员关系"), about=_("In words or by its number in GB/T 4761."),
    ),
    Column(
        key="id_number", label=_("ID number"), holds=Holds.ID_NUMBER, personal=True, example="",
        aliases=("身份证", "身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "居民身份证号码"),
        about=_("Says date of birth and gender. Format the column as text: a spreadsheet rounds long numbers."),
    ),
    Column(
        key="id_type", label=_("document"), holds=Holds.CHOICE, choices=IdType.choices, spellings=DOCUMENTS, aliases=("证件类型", "证件种类"),
        about=_("Only where it isn't a resident ID card."),
    ),
    Column(
        key="gender", label=_("gender"), holds=Holds.CHOICE, choices=Gender.choices, spellings=GENDERS, aliases=("性别",), example="男",
        about=_("Follows from the ID number where there is one."),
    ),
    Column(
        key="birth_date", label=_("date of birth"), holds=Holds.DAY, personal=True, aliases=("出生日期", "出生年月日", "生日", "出生", "出生年月"),
        example="1975-02-03", about=_("Follows from the ID number where there is one."),
    ),
    Column(
        key="phone", label=_("Phone"), holds=Holds.PHONE, personal=True, example="13800000000",
        aliases=("手机", "手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式"), about=_("A mobile number with 11 digits. Not kept of a child under 14."),
    ),
    Column(
        key="guardian", label=_("guardian"), personal=True, mask=mask_name, aliases=("监护人", "监护人姓名"), example="",
        about=_("The name of an adult of the household, for a child under 14; without it the head, or another adult."),
    ),
    Column(key="occupation", label=_("occupation"), aliases=("职业", "从事职业", "主业", "从事主业"), example="务农", about=_("Not kept of a child under 14.")),
    Column(
        key="workplace", label=_("workplace"), aliases=("工作单位", "单位", "务工地点", "务工地", "务工单位"), example="",
        about=_("Where the person works. Not kept of a child under 14."),
    ),
    Column(
        key="is_migrant", label=_("works away from home"), holds=Holds.CHOICE, choices=YES_NO, spellings=YES_NO_WORDS, example="否",
        aliases=("外出务工", "是否外出", "是否务工", "是否外出务工", "外出"), about=_("Yes or no."),
    ),
    Column(
        key="back_season", label=_("is back"), holds=Holds.CHOICE, choices=_given(Season.choices), aliases=("返乡时间", "返乡"),
        about=_("When somebody who works away is at home."),
    ),
    Column(
        key="wechat_added", label=_("WeChat contact"), holds=Holds.CHOICE, choices=YES_NO, spellings=YES_NO_WORDS, aliases=("微信", "是否加微信", "已加微信"),
        about=_("Yes or no."),
    ),
    Column(
        key="do_not_contact", label=_("does not want contact"), holds=Holds.CHOICE, choices=YES_NO, spellings=YES_NO_WORDS, aliases=("勿扰", "谢绝联系"),
        about=_("Yes or no."),
    ),
)  # fmt: skip
ARCHIVE_COLUMNS = (
    Column(
        key="address", label=_("address"), personal=True, aliases=("地址", "住址", "家庭住址", "居住地址", "详细地址"), example="示例村1号",
        about=_("Of the household: the head's row says it, the others' only where his says nothing."),
    ),
    Column(key="house_type", label=_("house"), holds=Holds.CHOICE, choices=_given(HouseType.choices), spellings=HOUSES, aliases=("房屋", "住房", "房屋类型", "房屋结构"), about=_("Of the household.")),
    Column(key="land_mu", label=_("land (mu)"), holds=Holds.NUMBER, aliases=("耕地", "土地", "耕地面积", "承包地", "经营土地", "土地面积", "土地亩数"), example="2.5", about=_("Of the household, in mu.")),
    Column(key="livestock", label=_("livestock"), aliases=("牲畜", "养殖", "养殖情况"), about=_("Of the household.")),
    Column(key="vehicles", label=_("vehicles"), aliases=("车辆", "机动车", "交通工具"), about=_("Of the household.")),
    Column(key="business", label=_("business"), aliases=("经营", "经营项目", "经营情况"), about=_("Of the household.")),
    Column(key="income_band", label=_("yearly income (yuan)"), holds=Holds.CHOICE, choices=_given(IncomeBand.choices), aliases=("年收入", "家庭年收入", "收入档次"), about=_("Of the household, in bands.")),
    Column(key="income_source", label=_("main source of income"), aliases=("收入来源", "主要收入来源"), example="务工", about=_("Of the household.")),
    Column(key="other_banks", label=_("products of other banks"), aliases=("他行业务", "他行产品"), about=_("Of the household.")),
    Column(
        key="policy_tags", label=_("policy groups"), aliases=("政策类别", "户类型", "人群类别", "贫困类型"),
        about=_("Of the household; several with commas between."),
    ),
)  # fmt: skip

CLEANERS = {one.key: one for one in (*HOUSEHOLD_COLUMNS, *PERSON_COLUMNS, *ARCHIVE_COLUMNS)}
# without these a row means nobody
NAMED = ("household", "name")


@cache
def _cleaner(key: str) -> Cleaner:
    return Cleaner(CLEANERS[key])


def _is_sound(key: str, text: str) -> bool:
    """Whether a cell says the same once it comes in again."""
    try:
        found = _cleaner(key)(text)
    except Unsound:
        return False
    return found == text != CLEAR and (key != "name" or listed_name(text) == text)


def roster_lines(people: QuerySet[Customer]) -> Iterator[tuple[Customer, dict[str, str]]]:
    """Return people with their rows, without cells that a file can't say; of whom it can't say who he is, none."""
    for person, row in rows_of(people):
        sound = {key: text for key, text in row.items() if text and _is_sound(key, text)}
        if all(key in sound for key in NAMED):
            yield person, sound


def roster_out(actor: User) -> Iterator[dict[str, str]]:
    """Return who stands here, as rows of a roster, a household's together and its head first."""
    first = Case(When(relation=Relation.HEAD, then=0), default=1)
    people = rostered(actor=actor).order_by("household__code", first, "pk")
    return (row for _person, row in roster_lines(people[:TAKEN]))


HOUSEHOLDS = Sheet(
    kind="households",
    label=_("Households and their people"),
    about=_(
        "A roster: one row a person. Rows are gathered into households by number, or by village, group and head."
    ),
    columns=(*HOUSEHOLD_COLUMNS, *PERSON_COLUMNS, *ARCHIVE_COLUMNS),
    may=lambda actor: may(actor, Act.ROSTER_BRING),
    why_not=lambda actor: why_not(actor, Act.ROSTER_BRING),
    oversees=lambda actor: may(actor, Act.RECORDS_LOAD),
    store=roster_store,
    judge=roster_judge,
    undo=roster_undo,
    out=roster_out,
    outlet="customers.roster",
    place=40,
)
