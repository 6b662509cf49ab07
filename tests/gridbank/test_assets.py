"""Addresses of scripts and styles."""

import pytest
from whitenoise.storage import CompressedManifestStaticFilesStorage

from gridbank.assets import Assets


@pytest.fixture
def assets(tmp_path, settings) -> Assets:
    settings.DEBUG = False
    made = Assets(location=tmp_path, base_url="/static/")
    made.hashed_files = {"css/app.css": "css/app.1234.css"}
    return made


def test_an_address_is_looked_up_once(assets, monkeypatch):
    asked = []

    def url(self, name, force=False):
        asked.append(name)
        return f"/static/{self.hashed_files[name]}"

    monkeypatch.setattr(CompressedManifestStaticFilesStorage, "url", url)
    assert [assets.url("css/app.css") for _ in range(3)] == ["/static/css/app.1234.css"] * 3
    assert asked == ["css/app.css"]


def test_what_was_never_collected_has_no_address_each_time_it_is_asked(assets):
    assert assets.url("css/app.css") == "/static/css/app.1234.css"
    for _ in range(2):
        with pytest.raises(ValueError, match="nowhere"):
            assets.url("js/nowhere.js")


def test_who_develops_sees_his_last_word(assets, settings):
    settings.DEBUG = True
    assert assets.url("css/app.css") == "/static/css/app.css"
