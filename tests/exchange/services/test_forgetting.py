"""What is held of files goes when its days are over."""

import os
import time

from exchange import services
from exchange.services.forgetting import errors_path
from tests.exchange.files import stored, xlsx

HEAD = ["编号", "名称"]


def test_what_the_command_left_in_clear_goes_a_day_later(cast, shelf, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "x"]), kind="things")
    path = errors_path(batch)
    path.parent.mkdir()
    path.write_bytes(b"x")
    services.batches_forget()
    assert path.exists()
    os.utime(path, (0, time.time() - 25 * 3600))
    services.batches_forget()
    assert not path.exists()
