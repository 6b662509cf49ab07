"""What belongs to a request ends with it."""

from gridbank.context import archives_read, memo, note_archive, request_id, request_scope


def test_a_request_has_its_name_and_its_memo():
    assert request_id.get() == "-"
    with request_scope("one"):
        memo()["a"] = 1
        assert (request_id.get(), memo()) == ("one", {"a": 1})
        with request_scope("two"):
            assert memo() == {}
    assert (request_id.get(), memo()) == ("-", {})


def test_what_was_read_is_known_to_its_own_request_only():
    note_archive("a", 1)
    with request_scope("one"):
        assert archives_read() == {}
        note_archive("a", 1)
        note_archive("a", 2)
        note_archive("b", 1)
        assert archives_read() == {"a": {1, 2}, "b": {1}}
        # the second try of a request begins anew
        memo().clear()
        assert archives_read() == {}
    assert archives_read() == {}
