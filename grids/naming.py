"""How divisions are called in daily speech: plain text in, plain text out."""

import re

_COMMITTEES = ("社区居民委员会", "村村民委员会", "社区居委会", "居民委员会", "村民委员会", "居委会", "村委会")
# the peoples after whom townships of Guizhou are named
_PEOPLES = "苗|布依|侗|土家|彝|仡佬|水|回|白|瑶|壮|畲|毛南|蒙古|仫佬|满|羌"
_TOWNSHIP = re.compile(rf"(街道办事处|街道|镇|((?:{_PEOPLES})族)+乡|民族乡|乡)\Z")


def village_name(official: str) -> str:
    """Take the committee away: 新舟村村民委员会 becomes 新舟村, 玉池社区居民委员会 玉池社区."""
    for suffix in _COMMITTEES:
        if official.endswith(suffix):
            kind = "社区" if suffix.startswith("社区") else "村" if suffix.startswith("村") else ""
            return official.removesuffix(suffix).removesuffix(kind) + kind
    return official


def village_names(official: str) -> set[str]:
    """Return what a village is called in lists: 新舟村村民委员会 is 新舟村 and 新舟 too."""
    short = village_name(official)
    return {official, short, short.removesuffix("村"), short.removesuffix("社区")}


def township_name(official: str) -> str:
    """Take the kind of township away: 牙舟镇 becomes 牙舟, 卡蒲毛南族乡 卡蒲."""
    return _TOWNSHIP.sub("", official) or official


def is_urban(township: str) -> bool:
    """Say whether a township's official name is a sub-district's."""
    return "街道" in township


def branch_name(township: str) -> str:
    """Name a branch after its township's official name: 牙舟镇 becomes 牙舟支行."""
    return f"{township_name(township)}支行"
