"""The ranking once more, slowly and by other means: fractions instead of decimals, counting instead of sorting.

It shares no code with performance.scoring; where the two differ, one of them is wrong.
"""

from fractions import Fraction


def rounded(number: Fraction, places: int) -> Fraction:
    """Round half up, away from zero; nothing here is negative."""
    scaled = number * 10**places
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole + (1 if scaled - whole >= Fraction(1, 2) else 0), 10**places)


def share(days: dict[int, int]) -> dict[int, Fraction]:
    """Hand out the millionths one after the other."""
    whole = sum(days.values())
    given = {key: count * 1_000_000 // whole for key, count in days.items() if count}
    while sum(given.values()) < 1_000_000:
        behind = {
            key: Fraction(days[key] * 1_000_000, whole) - given[key] for key in given
            if given[key] == days[key] * 1_000_000 // whole
        }  # fmt: skip
        best = max(behind.values())
        given[min(key for key, value in behind.items() if value == best)] += 1
    return {key: Fraction(value, 1_000_000) for key, value in given.items()}


def points(item, numerator: Fraction, denominator: Fraction, target: Fraction | None):
    """Return (actual, points)."""
    if item["rate"] and denominator == 0:
        return None, Fraction(0)
    actual = rounded(numerator / denominator if item["rate"] else numerator, 6)
    if target is None:
        return actual, Fraction(0)
    reached = rounded(actual / target, 6)
    return actual, rounded(item["weight"] * (min(item["cap"], reached)), 4)


def totals(items, targets, people, facts):
    """Return total points by person: facts are (indicator, staff, branch, numerator, denominator)."""
    found = {}
    for person in people:
        total = Fraction(0)
        for item in items:
            mine = [fact for fact in facts if fact[0] == item["key"] and fact[1] == person["pk"]]
            target = targets.get((person["pk"], item["key"]), item["target"])
            total += points(
                item, sum((f[3] for f in mine), Fraction(0)), sum((f[4] for f in mine), Fraction(0)), target
            )[1]
        found[person["pk"]] = total
    return found


def rank(pk, group, total_of):
    """One more than the number of people who are better."""
    return 1 + sum(1 for other in group if total_of[other] > total_of[pk])
