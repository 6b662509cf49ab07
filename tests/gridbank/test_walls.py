"""Rules about the text of the code and the templates: the second net, and the strict page."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.gridbank import layers
from tests.gridbank.layers import FLOORS, floor_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "gridbank", "people", "audit", "jobs", "exchange", "grids", "ground", "customers", "needs", "products", "visits", "performance", "dashboards",
    "demo",
]  # fmt: skip
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


def imported(path: Path) -> list[tuple[int, str, str]]:
    """Return the house's modules that a file imports, wherever in it: line, room, name below the room."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            first, *rest = (node.module or "").split(".")
            names = rest[:1] or [alias.name for alias in node.names]
            found += [(node.lineno, first, name) for name in names if first in APPS]
        elif isinstance(node, ast.Import):
            parts = [alias.name.split(".") for alias in node.names]
            found += [(node.lineno, part[0], part[1]) for part in parts if part[0] in APPS and part[1:]]
    return found


def test_every_module_has_a_floor():
    """A new name is given its floor in layers.py before anything is written in it."""
    names = {(path.relative_to(ROOT).parts[0], room(path)) for path in modules()}
    assert sorted(f"{app}.{name}" for app, name in names if floor_of(app, name) is None) == []
    gone = {(app, name) for app, words in layers.ROOMS.items() for name in words} - names
    assert sorted(f"{app}.{name}" for app, name in gone) == [], "a floor for a module that isn't there"


@pytest.mark.parametrize("app", APPS)
def test_floors_inside_an_app_are_asked_downwards_only(app):
    """enums → pure → models → policies → selectors → services → presenting → forms, tasks → doors → wiring."""
    found = {
        f"{app}.{room(path)} -> {app}.{name}"
        for path in modules(app)
        for _line, other, name in imported(path)
        if other == app and (floor_of(app, name) or 0) > (floor_of(app, room(path)) or 0)
    }
    assert sorted(found) == []


@pytest.mark.parametrize("app", APPS)
def test_pure_modules_know_no_table(app):
    pure = FLOORS.index("pure")
    tables = {"connection", "connections", "models", "transaction"}
    found = []
    for path in modules(app):
        if floor_of(app, room(path)) != pure:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{line} {other}.{name}"
            for line, other, name in imported(path)
            if (floor_of(other, name) or 0) > pure
        ]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db"):
                names = {alias.name for alias in node.names}
                rows = names - {"Q"} if node.module != "django.db" else names & tables
                found += [f"{path.relative_to(ROOT)}:{node.lineno} {name}" for name in rows]
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
    assert sorted(set(found)) == [
        "exchange/opening.py",
        "exchange/reading.py",
        "exchange/writing.py",
    ]


def test_pages_are_built_under_one_word():
    """Floors give `presenting` to nothing else: a second word for it is a second place to look."""
    other = {
        f"{app}.{name}"
        for app, words in layers.ROOMS.items()
        for name, floor in words.items()
        if floor == "presenting"
    }
    assert other == {"gridbank.pages"}


def test_nothing_is_called_by_a_word_for_leftovers():
    leftovers = {"common", "utils", "util", "helpers", "misc"}
    found = {
        str(path.relative_to(ROOT))
        for path in modules()
        if leftovers & {*path.parts, path.stem, path.stem + "s"}
    }
    assert found == set()


def declarations(source: ast.Module) -> set[int]:
    """Return the nodes inside what declares a route: `@allow(…)`, `keepers = allow(…)`, `allowed_roles = …`."""
    found: set[int] = set()
    for node in ast.walk(source):
        is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "allow"
        is_class = isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "allowed_roles" for target in node.targets
        )
        if is_call or is_class:
            found.update(id(inner) for inner in ast.walk(node))
    return found


# the officers' powers, the table of all others, whose home is whose; and the demo's people have roles
ROLES = {"grids/authority.py", "dashboards/policies.py", "dashboards/navigation.py", "demo/bank.py"}


def asks_for_roles(path: Path) -> list[str]:
    """Return where a module names a role, or asks for the role of who acts; a declaration of officers is none."""
    source = tree(path)
    inside = declarations(source)
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {getattr(node.value, 'id', '')}.{node.attr}"
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute)
        and id(node) not in inside
        and (
            (getattr(node.value, "id", "") == "Role" and node.attr.isupper())
            or (node.attr == "role" and getattr(node.value, "id", getattr(node.value, "attr", "")) == "actor")
        )
    ]


def test_roles_are_named_in_the_table_of_powers_only():
    """Everywhere else `may` is asked, by role, part and place: a role alone is half of a power."""
    found = [
        line
        for path in modules()
        if path.relative_to(ROOT).parts[0] != "people" and str(path.relative_to(ROOT)) not in ROLES
        for line in asks_for_roles(path)
    ]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_asks_for_no_role(path):
    assert re.findall(r"\b(?:user|actor)\.role\b", path.read_text()) == []


def test_the_linter_ignores_nothing():
    """The trail lies below the people and its page above them, so each of its modules is named in the contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [edge for contract in contracts for edge in contract.get("ignore_imports", [])] == []
    named = {name for layer in contracts[0]["layers"] for name in re.split(" [|:] ", layer)}
    parts = {
        f"audit.{path.stem}" for path in (ROOT / "audit").iterdir() if path.suffix == ".py" or path.is_dir()
    }
    assert parts - named <= {"audit.__init__", "audit.__pycache__", "audit.locale"}
    assert {name.partition(".")[0] for name in named} == {*APPS, "audit"} - {"gridbank"}


def test_modules_and_functions_stay_small():
    """What a head holds: no file over 450 lines, half of them under 80; nine functions of ten within 25 lines."""
    sizes = {path: len(path.read_text().splitlines()) for path in modules()}
    written = sorted(size for size in sizes.values() if size)
    assert [str(path.relative_to(ROOT)) for path, size in sizes.items() if size > 450] == []
    assert median(written) <= 80
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) * 9 // 10] <= 25


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
    """mark_safe and friends: where numbers become SVG and rows become tables, and nowhere else."""
    found = {
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(r"\bmark_safe\(|\bSafeString\(|\bSafeText\(|\.html_safe\b", path.read_text())
    }
    assert found <= {"dashboards/charts.py", "gridbank/cells.py", "gridbank/listing.py"}


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
    "audit/subjects.py": 3,
    "customers/conditions.py": 1,
    # into which archive another one went is asked of whoever comes by its number
    "customers/models/archive.py": 4,
    "customers/models/histories.py": 2,
    "customers/selectors.py": 3,
    "customers/services/attribution.py": 2,
    "customers/services/bulk.py": 1,
    "customers/services/claims.py": 9,
    "customers/services/consents.py": 1,
    "customers/services/deaths.py": 3,
    "customers/services/handing.py": 1,
    "customers/services/households.py": 3,
    # who is here already is asked over the whole bank; nobody is told of who is out of sight
    "customers/services/identities.py": 1,
    "customers/services/meant.py": 2,
    # the night looks over whole banks; a pair is shown to who may see both
    "customers/services/likening.py": 1,
    "customers/services/measuring.py": 1,
    # what hangs on a person follows him, and goes back, wherever it lies
    "customers/services/merging.py": 1,
    "customers/services/unmerging.py": 1,
    "customers/services/numbering.py": 1,
    "customers/services/people.py": 3,
    # a proof compares every row with what the trail tells of it
    "customers/services/proving.py": 4,
    "customers/services/reindex.py": 8,
    # a file of the whole bank: whoever brings it is asked for his power over each person it means
    "customers/services/registrations.py": 1,
    "customers/services/rekey.py": 4,
    "customers/services/roster_homes.py": 1,
    "customers/services/roster_places.py": 1,
    "customers/services/roster_undo.py": 3,
    # that somebody is like one elsewhere in the bank, and no more of him
    "customers/services/twins.py": 1,
    "customers/services/witnessing.py": 3,
    "demo/seeding.py": 1,
    "exchange/models.py": 4,
    # a change of keys seals every row again, whoever may read it
    "gridbank/pieces.py": 1,
    "gridbank/scoping.py": 2,
    "grids/models/handovers.py": 2,
    "grids/models/tree.py": 3,
    "grids/selectors.py": 1,
    "grids/services/access.py": 3,
    "grids/services/backdating.py": 1,
    "grids/services/grids.py": 3,
    "grids/services/handing.py": 2,
    "grids/services/handovers.py": 2,
    "grids/services/keeping.py": 2,
    "grids/services/tree.py": 2,
    "ground/models/layouts.py": 1,
    "ground/selectors.py": 1,
    "ground/services/boundaries.py": 7,
    # the clock does what two signed; a proof looks at every signature
    "ground/services/enforcing.py": 2,
    "ground/services/layouts.py": 1,
    "ground/services/points.py": 3,
    "needs/services.py": 1,
    "performance/computing.py": 2,
    "performance/facts.py": 1,
    "performance/models/ranking.py": 1,
    "performance/plausibility.py": 1,
    "performance/proved.py": 1,
    "performance/services/anchoring.py": 1,
    "performance/services/comparing.py": 1,
    "performance/services/ledger.py": 1,
    "performance/services/months.py": 4,
    "performance/services/proofs.py": 4,
    "performance/services/rows.py": 3,
    "performance/services/runs.py": 6,
    "performance/services/targets.py": 5,
    "products/accounts.py": 2,
    "products/services.py": 5,
    "visits/selectors.py": 5,
    "visits/services/rows.py": 2,
}


def test_the_doors_in_the_scope_are_counted_and_grow_no_more():
    found = doors()
    assert {name: count for name, count in found.items() if count > DOORS.get(name, 0)} == {}
    assert {name for name in DOORS if name not in found} == set(), "a closed door stays closed"


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
