"""The units run what `manage.py up` runs; the gateway's sample and its pages are well formed."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from scripts import units
from tests.gridbank.test_walls import ROOT

NGINX = ROOT / "deploy" / "nginx"


def test_the_units_in_the_tree_are_what_up_starts():
    """After a change of `programs()`: make units."""
    written = {path.name: path.read_text() for path in units.FOLDER.glob("*")}
    assert written == units.units()
    assert set(written) == {"gridbank-web.service", "gridbank-worker.service", "gridbank-beat.service"}


def test_a_unit_says_nothing_of_the_machine_that_wrote_it():
    for text in units.units().values():
        paths = set(re.findall(r"(?<![\w}.])/[\w./-]+", text))
        assert {
            path
            for path in paths
            if not path.startswith((units.CODE, units.DATA, "/etc/gridbank", "/dev/shm"))
        } == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_units(tmp_path):
    """The interpreter and the environment's file are not there: everything else must be right."""
    for name, text in units.units().items():
        here = text.replace(f"{units.CODE}/.venv/bin/python", "/bin/true").replace(units.CODE, str(tmp_path))
        (tmp_path / name).write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.glob("*.service")))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "gridbank" in line]
    assert ours == []


class Told(HTMLParser):
    text = ""

    def handle_data(self, data):
        self.text += data


def test_every_page_of_the_gateway_is_there_in_chinese_and_asks_nothing_of_anybody():
    named = set(re.findall(r"/gridbank-pages/(\d+\.html)", (NGINX / "gridbank.conf").read_text()))
    pages = {path.name: path.read_text() for path in NGINX.glob("*.html")}
    assert named == set(pages) >= {"413.html", "429.html", "502.html", "503.html"}
    for page in pages.values():
        told = Told()
        told.feed(page)
        assert re.search(r"[\u4e00-\u9fff]{6}", told.text)
        assert not re.search(r"src=|href=|https?://", page)


def test_the_gateway_limits_guesses_and_leaves_our_own_refusal_of_a_body_to_us(settings):
    text = (NGINX / "gridbank.conf").read_text()
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", text)[1])
    assert megabytes * 2**20 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    files = re.search(r"location /exchange/new/ \{\s*client_max_body_size (\d+)m;", text)[1]
    assert int(files) * 2**20 > settings.UPLOAD_MAX_SIZE
    sign_in = re.search(r"location = /accounts/login/ \{(.*?)\}", text, re.DOTALL)[1]
    assert "limit_req zone=" in sign_in
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_understands_the_sample(tmp_path):
    text = re.sub(r"ssl_certificate\S* .*;|listen 443 ssl;", "", (NGINX / "gridbank.conf").read_text())
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {text} }}")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(whole), "-e", str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
