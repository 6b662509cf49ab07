"""The register of personal data: what each field of the archive is for, how protected, how long kept.

Classes follow JR/T 0171-2020: C2 identifies a person or shows his means, C1 is the bank's own.
C3 (passwords, card tracks, biometrics) is not stored at all; a test holds the register against the models.
"""

from dataclasses import dataclass
from enum import StrEnum


class DataClass(StrEnum):
    """How protected a field is."""

    C1 = "C1"
    C2 = "C2"


class Kept(StrEnum):
    """How long a field is kept."""

    RELATION = "while the relation lasts and five years after"
    PURPOSE = "until the purpose ends"
    AUDIT = "three years"
    TECHNICAL = "as long as its row"


@dataclass(frozen=True)
class Entry:
    """One field's entry."""

    data_class: DataClass
    purpose: str
    kept: Kept


def entries(data_class: DataClass, purpose: str, kept: Kept, names: str) -> dict[str, Entry]:
    """Return the same entry for each of the names."""
    return {name: Entry(data_class, purpose, kept) for name in names.split()}


C1, C2 = DataClass.C1, DataClass.C2

CATALOGUE: dict[str, dict[str, Entry]] = {
    "Household": {
        **entries(
            C1, "find and order rows", Kept.TECHNICAL, "id code version created_at updated_at created_by"
        ),
        **entries(C1, "responsibility and scope", Kept.RELATION, "grid area group_name source"),
        **entries(
            C1,
            "archive rate",
            Kept.RELATION,
            "completeness completeness_rule complete_since archived_on archived_by",
        ),
        **entries(C1, "visit coverage", Kept.RELATION, "last_met_on ended_on"),
        **entries(C2, "name the household", Kept.RELATION, "head_name"),
        **entries(C2, "find the household on a visit", Kept.RELATION, "address longitude latitude"),
        **entries(
            C2,
            "judge means and need of credit",
            Kept.RELATION,
            "house_type land_mu livestock vehicles business income_band income_source other_banks",
        ),
        **entries(C2, "serve the household as a person would", Kept.PURPOSE, "soft_information"),
        **entries(C2, "policy support and its reports", Kept.PURPOSE, "policy_tags"),
    },
    "Customer": {
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id version created_at updated_at created_by"),
        **entries(C1, "membership of a household", Kept.RELATION, "household relation"),
        **entries(C1, "one archive for one person", Kept.RELATION, "merged_into"),
        **entries(
            C2, "identify the person", Kept.RELATION, "name name_key pinyin initials gender birth_date"
        ),
        **entries(
            C2, "identify the person once in the whole bank", Kept.RELATION, "id_type id_number id_digest"
        ),
        **entries(
            C2,
            "reach the person",
            Kept.RELATION,
            "phone phone_digest phone_tail_digest wechat_added do_not_contact",
        ),
        **entries(
            C2, "suit offers and time of visits", Kept.PURPOSE, "occupation workplace is_migrant back_season"
        ),
        **entries(C2, "guardian's consent for a child under 14", Kept.RELATION, "guardian"),
        **entries(C2, "leave the dead and theirs in peace", Kept.RELATION, "died_on"),
        **entries(C2, "keep and no more what must not be processed", Kept.RELATION, "restricted_at"),
        **entries(C1, "tie sealed values to their row", Kept.TECHNICAL, "salt"),
        **entries(
            C1, "new customers", Kept.RELATION, "customer_since customer_before opened_by account_evidence"
        ),
        **entries(
            C1,
            "app activation",
            Kept.RELATION,
            "app_informed_on app_downloaded_on app_verified_on app_activated_by app_evidence",
        ),
    },
    "Attribution": entries(
        C1,
        "credit an act to the grid of its day",
        Kept.RELATION,
        "id household grid valid_from valid_to moved_by moved_at",
    ),
    "Residence": entries(
        C1,
        "membership of a household",
        Kept.RELATION,
        "id customer household valid_from valid_to moved_by moved_at",
    ),
    "IdentitySpan": {
        **entries(C2, "count who was an adult on a day", Kept.RELATION, "birth_date"),
        **entries(C2, "count a person once, whatever archive he has by now", Kept.RELATION, "id_digest"),
        **entries(
            C1,
            "say who changed it, and when",
            Kept.RELATION,
            "id customer valid_from valid_to changed_by changed_at",
        ),
    },
    "Death": {
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id"),
        **entries(
            C2,
            "leave the dead and theirs in peace",
            Kept.RELATION,
            "customer day told_by told_at was successor successor_was undone_by undone_at undone_because",
        ),
    },
    "Restriction": {
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id"),
        **entries(
            C2,
            "keep and no more what must not be processed",
            Kept.AUDIT,
            "customer reason set_by set_at lifted_by lifted_at lifted_because came_at",
        ),
    },
    "Claim": entries(
        C1,
        "confirm by two people what earns",
        Kept.RELATION,
        "id customer kind source_id day was is_other_person entered_by earner entered_at state witness decided_by decided_at reason",
    ),
    "CoreNumber": {
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id learnt_on"),
        **entries(C2, "know the person in the core system's files", Kept.RELATION, "customer digest"),
    },
    "AppRegistration": entries(
        C2, "use of the app", Kept.RELATION, "id customer registered_on status last_used_on as_of"
    ),
    "Likeness": entries(
        C1,
        "one archive for one person",
        Kept.PURPOSE,
        "id one other score exact found_at seen_at denied_by denied_at denied_because",
    ),
    "PersonMerge": {
        **entries(
            C1,
            "one archive for one person",
            Kept.RELATION,
            "id customer merged made_by made_at undone_by undone_at undone_because account_of app_came",
        ),
        **entries(C1, "tie sealed values to their row", Kept.TECHNICAL, "salt"),
        **entries(C2, "put both archives back as they were", Kept.RELATION, "kept"),
    },
    "CompleteSpan": entries(
        C1, "archive rate of a month that is over", Kept.RELATION, "id household valid_from valid_to"
    ),
    "SpecialMembership": entries(C1, "special grids", Kept.RELATION, "id grid household since"),
    "Consent": {
        **entries(
            C2,
            "prove consent and its withdrawal",
            Kept.AUDIT,
            "customer purpose notice_version channel staff given_at withdrawn_at",
        ),
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id"),
    },
}
