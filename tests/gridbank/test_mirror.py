"""A module of some size is tested where its name says: `grids/services/tree.py` in `tests/grids/services/test_tree.py`.

Lists of words and of routes say nothing that could be wrong by itself; the walls, the nets and the catalogues' tests
look at all of them.
"""

from pathlib import Path

from tests.gridbank.test_walls import ROOT, modules

SIZE = 40
LISTS = {"__init__", "actions", "apps", "enums", "urls"}
REMAINING = Path(__file__).parent / "not_mirrored.txt"


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


def remaining() -> list[str]:
    return REMAINING.read_text().split()


def test_a_module_of_some_size_is_tested_in_its_mirror():
    new = sorted(alone() - set(remaining()))
    assert [f"{name}: write {mirror(ROOT / name).relative_to(ROOT)}" for name in new] == []


def test_the_list_of_what_remains_only_gets_shorter():
    """`python -m tests.gridbank.test_mirror` writes the list again; a diff that adds a line is a step back."""
    assert remaining() == sorted(remaining())
    assert set(remaining()) - alone() == set(), "tested now: take it off not_mirrored.txt"


if __name__ == "__main__":
    REMAINING.write_text("".join(f"{name}\n" for name in sorted(alone())))
    print(REMAINING.read_text(), end="")
