"""Nothing is kept that only tests name: what is public is called, styled or found by a framework's own rule."""

import ast
import re

import pytest

from tests.gridbank.test_walls import APPS, ROOT, STATIC, TEMPLATES, modules, tree

pytestmark = pytest.mark.once

WORD = re.compile(r"\w+")
CLASS = re.compile(r"[\w-]+")
SHEETS = [path for path in STATIC if path.suffix == ".css"]
SCRIPTS = [path for path in STATIC if path.suffix == ".js"]
# Services of pages that the design promises and that are still to come; who has called one takes it off.
AWAITED = {"scheme_create", "scheme_activate", "target_set"}
# Markup that packages write: Leaflet, HTMX, Django's forms.
FOREIGN = re.compile(r"leaflet-|htmx-|errorlist")


def words(source: ast.Module) -> set[str]:
    """Return what a module speaks of: not what it defines, imports, passes on (`__all__`) or tells in prose."""
    quiet: set[int] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            quiet |= {id(part) for part in ast.walk(node)}
    found: set[str] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias) and node.asname:
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            found |= set(WORD.findall(node.value))
    return found


def registered(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Say whether somebody keeps it by its decorator, or because it extends what collects its subclasses."""
    kept = {word for one in node.decorator_list for word in WORD.findall(ast.unparse(one))}
    bases = getattr(node, "bases", [])
    return bool(kept & {"register", "receiver"}) or any(ast.unparse(b).endswith("Extension") for b in bases)


@pytest.fixture(scope="module")
def named() -> set[str]:
    migrations = [path for app in APPS for path in (ROOT / app / "migrations").glob("*.py")]
    outside = [path for folder in ("bench", "scripts") for path in (ROOT / folder).rglob("*.py")]
    outside.append(ROOT / "manage.py")
    found = set().union(*(words(tree(path)) for path in [*modules(), *migrations, *outside]))
    return found.union(*(WORD.findall(path.read_text()) for path in [*TEMPLATES, *SCRIPTS]))


def test_what_is_public_is_named_outside_the_tests(named):
    """What stands in `apps.py` and among the commands is found by its place."""
    found = {
        node.name: f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules()
        if path.stem != "apps" and "commands" not in path.parts
        for node in tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and node.name not in named
        and not registered(node)
    }
    assert sorted(line for name, line in found.items() if name not in AWAITED) == []
    assert set(found) >= AWAITED, "called by now: take it off the list"


def test_a_property_is_read_outside_the_tests(named):
    found = [
        f"{path.relative_to(ROOT)}: {each.name}.{node.name}"
        for path in modules()
        for each in tree(path).body
        if isinstance(each, ast.ClassDef)
        for node in each.body
        if isinstance(node, ast.FunctionDef)
        and any("property" in ast.unparse(one) for one in node.decorator_list)
        and node.name not in named
    ]
    assert found == []


def styled() -> set[str]:
    text = "\n".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in SHEETS)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def test_a_style_is_worn_by_some_page():
    """`pin--${kind}` wears every `pin--…`; of `s{number}` only a number may follow."""
    text = "\n".join(path.read_text() for path in [*TEMPLATES, *SCRIPTS, *modules()])
    worn, stems = set(CLASS.findall(text)), set(re.findall(r"([\w-]+)(?=\$\{|\{\{|\{%|\{[a-z])", text))
    found = {
        one
        for one in styled() - worn
        if not FOREIGN.match(one)
        and not any(
            one.startswith(stem) and (stem[-1] in "-_" or one[len(stem) :].isdigit()) for stem in stems
        )
    }
    assert sorted(found) == []


def test_a_page_wears_nothing_without_a_style_or_a_script():
    known = styled() | {word for path in SCRIPTS for word in CLASS.findall(path.read_text())}
    found = set()
    for path in TEMPLATES:
        for value in re.findall(r'class="([^"]*)"', path.read_text()):
            found |= set(CLASS.findall(re.sub(r"[\w-]*(?:\{%.*?%\}|\{\{.*?\}\})", " ", value)))
    assert sorted(found - known) == []
