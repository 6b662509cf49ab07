"""A module of some size is tested where its name says: `grids/services/tree.py` in `tests/grids/services/test_tree.py`.

Lists of words and of routes say nothing that could be wrong by itself; the walls, the nets and the catalogues' tests
look at all of them.
"""

from pathlib import Path

import pytest

from tests.gridbank.test_walls import ROOT, modules

pytestmark = pytest.mark.once

SIZE = 40
# a room's own; of a folder's `actions.py` nobody knows what stands in it
LISTS = {"actions", "apps", "enums", "urls"}


def is_list(module: Path) -> bool:
    return module.stem == "__init__" or (module.parent.parent == ROOT and module.stem in LISTS)


def mirror(module: Path) -> Path:
    app, *folders, _name = module.relative_to(ROOT).parts
    return ROOT / "tests" / Path(app, *folders) / f"test_{module.stem}.py"


def alone() -> set[str]:
    """Return the modules that have no file of their own among the tests."""
    return {
        str(module.relative_to(ROOT))
        for module in modules()
        if not is_list(module)
        and len(module.read_text().splitlines()) >= SIZE
        and not mirror(module).is_file()
    }


def test_a_module_of_some_size_is_tested_in_its_mirror():
    assert [f"{name}: write {mirror(ROOT / name).relative_to(ROOT)}" for name in sorted(alone())] == []
