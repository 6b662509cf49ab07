"""Rules about the text of the code and the templates: the second net, and the strict page."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "gridbank", "people", "audit", "jobs", "exchange", "grids", "ground", "customers", "needs", "products", "visits", "performance", "dashboards",
    "demo",
]  # fmt: skip
# which layers a module may be in; a package counts by its name
LAYERS = {
    "enums": 0,
    "models": 1,
    "managers": 1,
    "selectors": 2,
    "services": 3,
    "forms": 4,
    "tasks": 4,
    "sheets": 4,
    "views": 5,
    "api": 5,
    "urls": 6,
}
OUTER = {"forms", "tasks", "views", "api", "urls", "templatetags", "navigation", "serializers", "viewsets"}
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")])
STATIC = sorted(
    path for path in ROOT.glob("static/**/*") if path.suffix in {".css", ".js", ".svg", ".html", ".json"}
)


def modules(*apps: str) -> list[Path]:
    return sorted(
        path for app in apps or APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    )


def room(path: Path) -> str:
    """Return which layer a file belongs to: the first name below the app."""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def test_there_is_something_to_look_at():
    assert len(modules()) > 60
    assert len(TEMPLATES) > 20
    assert {room(path) for path in modules()} >= {"models", "selectors", "services", "views", "api"}


@pytest.mark.parametrize("app", APPS)
def test_outer_layers_never_reach_for_a_manager(app):
    """Rows come from selectors. `Model.objects.none()` alone is harmless: an empty field of a form."""
    found = []
    for path in modules(app):
        if room(path) not in OUTER:
            continue
        nodes = list(ast.walk(tree(path)))
        harmless = {
            id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "none"
        }
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}"
            for node in nodes
            if isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_base_manager", "_default_manager"}
            and id(node) not in harmless
        ]
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.func.id}"
            for node in nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"waive_scope", "QuerySet", "get_object_or_404", "get_list_or_404"}
        ]
    assert found == []


@pytest.mark.parametrize("app", APPS)
def test_layers_inside_an_app_point_one_way(app):
    """enums → models → selectors → services → forms, tasks → views, api → urls."""
    found = []
    for path in modules(app):
        level = LAYERS.get(room(path))
        if level is None:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ImportFrom) or node.level or not (node.module or "").startswith(app):
                continue
            rest = (node.module or "").split(".")[1:]
            names = [rest[0]] if rest else [alias.name for alias in node.names]
            found += [
                f"{path.relative_to(ROOT)}:{node.lineno} imports {app}.{name}"
                for name in names
                if LAYERS.get(name, -1) > level
            ]
    assert found == []


def test_tables_go_in_and_out_through_one_room():
    """Guards against formulas, limits and encodings stand in `exchange`; nobody reads or writes a table beside it."""
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {name.split(".")[0] for name in names} & {"csv", "xlsxwriter", "openpyxl", "python_calamine"}:
                found.append(str(path.relative_to(ROOT)))
    assert sorted(found) == ["exchange/reading.py", "exchange/writing.py"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_code_of_its_own_and_trusts_no_text(path):
    text = path.read_text()
    faults = {
        "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:json|geo\+json)\")",
        "inline style": r"<style|\sstyle\s*=\s*[\"']",
        "inline handler": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
        "script address": r"javascript:",
        "trusted text": r"\|\s*safe\b|\|\s*safeseq\b|{%\s*autoescape\s+off",
        "another host": r"(?:https?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xlink))[a-z0-9.-]+\.[a-z]{2,}",
        "htmx code": r"hx-on[:\w-]*\s*=|hx-vals\s*=\s*[\"']js:|hx-vars",
        "form without token": r"<form[^>]*method=\"post\"(?:(?!csrf_token).)*?</form>",
    }
    found = {
        what: match.group()[:80]
        for what, rule in faults.items()
        if (match := re.search(rule, text, re.IGNORECASE | re.DOTALL))
    }
    assert found == {}


@pytest.mark.parametrize("path", STATIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_static_file_asks_nothing_of_another_host(path):
    text = re.sub(r"http://www\.w3\.org/(?:2000/svg|1999/xlink)", "", path.read_text())
    assert re.findall(r"https?://[^\s\"')]+|@import\s+url\([\"']?//|url\([\"']?//", text) == []


@pytest.mark.parametrize(
    "path", [path for path in STATIC if path.suffix == ".js"], ids=lambda path: path.name
)
def test_a_script_runs_no_text_as_code_and_holds_none_for_people(path):
    text = path.read_text()
    assert (
        re.findall(r"\beval\(|new Function\(|document\.write\(|\.outerHTML\s*=|insertAdjacentHTML", text)
        == []
    )
    without_comments = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff]+", without_comments) == [], "text comes from data-attributes"


def test_markup_is_trusted_in_few_places_only():
    """mark_safe and friends: where numbers become SVG, and nowhere else."""
    found = {
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(r"\bmark_safe\(|\bSafeString\(|\bSafeText\(|\.html_safe\b", path.read_text())
    }
    assert found <= {"dashboards/charts.py"}


def doors() -> dict[str, int]:
    """Count where the scope is waived, by module: by name, or by a plain queryset on a protected model."""
    found: Counter[str] = Counter()
    for path in modules():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"waive_scope", "QuerySet"} or (name == "__wrapped__" and "scop" in path.name):
                found[str(path.relative_to(ROOT))] += 1
    return dict(found)


# How often each module goes round the readers' rule. A number may go down; before one goes up, look for a selector.
DOORS = {
    "customers/models.py": 2,
    "customers/selectors.py": 1,
    "customers/services/bulk.py": 1,
    "customers/services/consents.py": 1,
    "customers/services/households.py": 3,
    "customers/services/people.py": 3,
    "customers/services/rekey.py": 3,
    "demo/seeding.py": 1,
    "gridbank/scoping.py": 2,
    "grids/models.py": 2,
    "grids/services/access.py": 1,
    "grids/services/assignments.py": 1,
    "ground/services/boundaries.py": 7,
    "grids/services/grids.py": 4,
    "grids/services/tree.py": 2,
    "performance/computing.py": 2,
    "performance/facts.py": 1,
    "performance/services/rows.py": 3,
    "performance/services/months.py": 4,
    "performance/services/proofs.py": 4,
    "performance/services/runs.py": 5,
    "visits/selectors.py": 3,
}


def test_the_doors_in_the_scope_are_counted_and_grow_no_more():
    assert {name: count for name, count in doors().items() if count > DOORS.get(name, 0)} == {}
    assert {name for name in DOORS if name not in doors()} == set(), "a closed door stays closed"


def test_every_waiver_gives_a_reason_in_words():
    reasons = [
        node.args[0].value
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "waive_scope"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert reasons
    assert [reason for reason in reasons if len(str(reason).split()) < 3] == []


def test_no_secret_and_no_machine_is_written_into_the_tree():
    pattern = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|SECRET_KEY\s*=\s*[\"'][^\"']{8,}")
    found = [str(path.relative_to(ROOT)) for path in modules() if pattern.search(path.read_text())]
    assert found == []
