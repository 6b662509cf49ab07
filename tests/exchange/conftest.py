import pytest

from exchange import sheets
from tests.exchange import files


@pytest.fixture(autouse=True)
def _kinds_of_before(monkeypatch):
    monkeypatch.setattr(sheets, "_sheets", dict(sheets._sheets))


@pytest.fixture
def shelf():
    return files.shelf()
