"""The register of personal data in needs; the classes are those of the archive's register."""

from customers.catalogue import C1, C2, Entry, Kept, entries

CATALOGUE: dict[str, dict[str, Entry]] = {
    "Need": {
        **entries(C1, "find and order rows", Kept.TECHNICAL, "id origin"),
        **entries(C2, "answer what was asked for", Kept.RELATION, "household customer text outcome"),
        **entries(
            C1, "answer in time", Kept.RELATION, "due_on status raised_on raised_by closed_at closed_by"
        ),
    },
}
