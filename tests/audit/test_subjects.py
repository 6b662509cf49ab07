"""Every kind of row that events are about has a name, made of what the trail may tell."""

import pytest

from audit import labels, subjects
from gridbank.scoping import waive_scope


def test_every_kind_that_has_words_has_names():
    assert set(labels.subjects()) <= set(subjects._known)


@pytest.mark.parametrize("kind", sorted(labels.subjects()))
def test_names_and_lookups_are_questions_that_can_be_asked(db, kind):
    one = subjects._known[kind]
    assert subjects.names([]) == {}
    with waive_scope("a test asks of every kind"):
        assert list(one.rows().values_list("pk", *one.name)[:1]) in (
            [],
            [*one.rows().values_list("pk", *one.name)[:1]],
        )
    assert kind not in subjects.found_by("nothing is called so")
    # of a person, no name and no note of a customer
    assert not {"head_name", "note", "body", "phone"} & {part.rpartition("__")[2] for part in one.name}
