"""Imports run one way: a package imports only packages below it, and within a feature flows → rules → model."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(ROOT.glob("chalicelib/**/*.py"))

#: The packages, from the ground up; a module imports from its own package and those before it. What stands at the
#: root of chalicelib is the ground.
PACKAGES = (
    "", "contact", "aws", "histories", "audit", "auth", "programme", "registration", "reconciliation", "links",
    "attendance", "broadcasts",
    "travel.lists", "travel.render", "travel", "retention", "party", "mail", "mail.letters", "mail.delivery",
    "web.http", "web.records", "web.forms", "web.participant", "web.organiser", "web.door", "web.public", "web",
    "workers",
)  # fmt: skip
FEATURES = {"programme", "registration", "mail", "travel", "broadcasts"}
MOST_MODULES, MOST_AT_THE_ROOT = 22, 8

#: Within a feature: what a module of each name may import of its own package is at or below its own floor.
FLOORS: dict[str, int] = {
    **dict.fromkeys(("lines",), 0),
    **dict.fromkeys(("model", "attendee", "details", "terms", "moments", "journey"), 1),
    **dict.fromkeys(("dates",), 2),
    **dict.fromkeys(
        ("flows", "building", "offer_responses", "moving_up", "registering", "parties", "changing"), 4
    ),
    **dict.fromkeys(("overrides", "adding", "outcomes", "send", "writing", "summaries", "disowned"), 4),
    **dict.fromkeys(("changing", "erasure", "not_me", "personal_data"), 4),
}
ROLES = 3  # rules, stores, composers and renderers of a feature

#: Decide and compose only: state and `now` in, a decision or a document out.
PURE_FOLDERS = ("mail.letters", "travel.lists", "travel.render")
PURE = {
    "appearance", "facts", "language", "problems", "text", "workers.stream",
    "aws.key_grammar", "aws.keys", "aws.waitlist_keys",
    "contact.addresses", "contact.likeness", "contact.names", "contact.phones", "contact.transliteration",
    "histories.model",
    "programme.model", "programme.moments", "programme.terms", "programme.journey", "programme.lines",
    "programme.dates",
    "registration.attendee", "registration.details", "registration.model", "registration.rules",
    "programme.offer_deadlines",
    "broadcasts.model", "broadcasts.rules", "retention.rules", "travel.versions",
    "mail.delivery.message", "mail.delivery.reports",
}  # fmt: skip

#: The adapters between Chalice and the rest.
EDGE = {"web.http.framework", "workers.triggers"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "chalicelib").with_suffix("").parts).removesuffix(".__init__")


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(ROOT / "chalicelib").parts)


PACKAGE = {name_of(path): package_of(path) for path in MODULES}


def imported(path: Path) -> set[str]:
    """All modules that a file imports, also inside functions, `from x import y` as both x and x.y."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def ours(path: Path) -> set[str]:
    """The project's modules that a file imports; a package only where something of its own `__init__` is meant."""
    names = {name.removeprefix("chalicelib.") for name in imported(path)} & PACKAGE.keys()
    packages = {PACKAGE[name] for name in names}
    return {name for name in names if name not in packages}


def floor(module: str) -> int:
    return FLOORS.get(module.split(".")[-1], ROLES)


def feature(module: str) -> str:
    return module.partition(".")[0]


def is_pure(path: Path) -> bool:
    return name_of(path) in PURE or package_of(path) in PURE_FOLDERS


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_packages_import_downwards_only(path: Path) -> None:
    """No module imports from a package above its own; so there is no circle of packages either."""
    here = PACKAGES.index(package_of(path))
    assert {there for there in ours(path) if PACKAGES.index(PACKAGE[there]) > here} == set()


@pytest.mark.parametrize("path", [p for p in MODULES if feature(name_of(p)) in FEATURES], ids=name_of)
def test_modules_of_a_feature_import_downwards_only(path: Path) -> None:
    """Within a package of a feature, no module imports from a floor above its own."""
    here = name_of(path)
    own = {there for there in ours(path) if PACKAGE[there] == package_of(path)}
    assert {there for there in own if floor(there) > floor(here)} == set()


@pytest.mark.parametrize("path", [p for p in MODULES if feature(name_of(p)) in FEATURES], ids=name_of)
def test_features_meet_through_models_and_flows(path: Path) -> None:
    """A feature's rules and composers know another feature by its model only; its flows may ask its store, add to
    its history, and delete what it keeps."""
    here = name_of(path)
    by_flows = {"store", "positions", "notes", "sealing"}
    allowed = {"model", "attendee", "details", "lines", "dates", "offer_deadlines"} | (
        by_flows if floor(here) == FLOORS["flows"] else set()
    )
    others = {there for there in ours(path) if feature(there) in FEATURES - {feature(here)}}
    assert {there for there in others if there.split(".")[-1] not in allowed} == set()


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=str)
def test_no_folder_is_crowded(folder: Path) -> None:
    """A reader finds a module in a folder of at most 22, at the root of at most 8."""
    most = MOST_AT_THE_ROOT if folder.name == "chalicelib" else MOST_MODULES
    assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= most


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in EDGE], ids=name_of)
def test_only_the_edge_knows_chalice(path: Path) -> None:
    """Only the adapters of the web and of the workers import chalice."""
    assert {name for name in imported(path) if name.split(".")[0] == "chalice"} == set()


@pytest.mark.parametrize("name", sorted(EDGE))
def test_the_edge_is_where_chalice_is_imported(name: str) -> None:
    """Each adapter is there and imports chalice, so that the list above names no module in vain."""
    assert "chalice" in imported(next(path for path in MODULES if name_of(path) == name))


@pytest.mark.parametrize("path", [path for path in MODULES if is_pure(path)], ids=name_of)
def test_pure_modules_reach_for_nothing(path: Path) -> None:
    """Rules and composers import no AWS library, read no clock and roll no dice."""
    reached = {name.split(".")[0] for name in imported(path)}
    assert reached & {"boto3", "botocore", "time", "random", "secrets", "os", "aws_lambda_powertools"} == set()
    assert "clock" not in ours(path)
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert calls & {"now", "today", "utcnow"} == set()


RENDERERS = {"xlsxwriter", "typst"}
#: Needed by some calls only, which import them.
SLOW = {"icalendar", "nacl", "jinja2", "babel", "phonenumbers", "email_validator", "segno", *RENDERERS}
#: Models of what AWS sends, which Powertools' batches bring along where pydantic was imported before them.
PARSER = "aws_lambda_powertools.utilities.parser"
OTHERS = {"chalicelib.web", "chalicelib.mail", "chalicelib.travel", PARSER, *SLOW}
WITHOUT = {
    "web.app": {
        "chalicelib.workers", "chalicelib.mail", "chalicelib.travel", "chalicelib.web.organiser",
        "chalicelib.web.participant", "chalicelib.web.door", "chalicelib.web.openapi",
        "chalicelib.programme.transactions", "chalicelib.programme.versions",
        "chalicelib.programme.purge_schedule", "chalicelib.audit.audit_log",
        "aws_lambda_powertools.utilities.batch", *SLOW
    },
    "workers.relay": {"pydantic", "chalicelib.programme", "chalicelib.registration", *OTHERS},
    "workers.waitlist": OTHERS,
    "workers.broadcasts": OTHERS,
    "workers.clock": OTHERS,
    "workers.reconciler": OTHERS,
    "workers.mail": {"chalicelib.web", "chalicelib.travel", "phonenumbers", PARSER, *RENDERERS},
    "workers.feedback": {
        "pydantic", "chalicelib.programme", "chalicelib.registration.model", "chalicelib.mail.delivery.sender",
        *(OTHERS - {"chalicelib.mail"}),
    },
    "workers.manifest": {"chalicelib.web", "chalicelib.mail", "phonenumbers", "icalendar", "jinja2", PARSER},
}  # fmt: skip


@pytest.mark.parametrize("function", WITHOUT)
def test_a_function_imports_what_it_needs_and_no_more(function: str) -> None:
    """What a function does without is not in its import graph: that is its cold start."""
    code = f"import sys, chalicelib.{function}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert WITHOUT[function] & set(loaded.stdout.split()) == set()


def test_every_function_is_looked_at() -> None:
    """The HTTP function and each worker has its list."""
    workers = {
        name_of(path)
        for path in ROOT.glob("chalicelib/workers/*.py")
        if "blueprint = Blueprint" in path.read_text()
    }
    assert WITHOUT.keys() == {"web.app", *workers}
