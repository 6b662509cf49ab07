"""A module of some size is tested where its name says: `grids/services/tree.py` in `tests/grids/services/test_tree.py`.

Lists of words and of routes say nothing that could be wrong by itself; the walls, the nets and the catalogues' tests
look at all of them.
"""

from pathlib import Path

from tests.gridbank.test_walls import ROOT, modules

SIZE = 40
LISTS = {"__init__", "actions", "apps", "enums", "urls"}


def mirror(module: Path) -> Path:
    app, *folders, _name = module.relative_to(ROOT).parts
    return ROOT / "tests" / Path(app, *folders) / f"test_{module.stem}.py"


def alone() -> set[str]:
    """Return the modules that have no file of their own among the tests."""
    return {
        str(module.relative_to(ROOT))
        for module in modules()
        if module.stem not in LISTS
        and len(module.read_text().splitlines()) >= SIZE
        and not mirror(module).is_file()
    }


def test_a_module_of_some_size_is_tested_in_its_mirror():
    assert [f"{name}: write {mirror(ROOT / name).relative_to(ROOT)}" for name in sorted(alone())] == []
