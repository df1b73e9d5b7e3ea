"""Imports run one way: web, workers → flows → rules, store, compose, render → model → facts, problems."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(ROOT.glob("chalicelib/**/*.py"))
FEATURES = {"programme", "registration", "mail", "travel", "rounds", "retention"}

#: The floors of the house, from the ground up; a module imports from its own floor or below.
FLOORS: dict[str, int] = {
    **dict.fromkeys(("problems", "facts", "language", "lines", "settings", "clock", "keys", "signs"), 0),
    **dict.fromkeys(("model", "attendee", "terms", "journey"), 1),
    **dict.fromkeys(
        ("dates", "items", "table", "todo", "journal", "queues", "secret_keys", "stream", "sign_in_links"), 2
    ),
    **dict.fromkeys(("limits", "traces", "seals"), 2),
    **dict.fromkeys(("flows", "building", "offering", "moving_up", "registering", "parties", "changing"), 4),
    **dict.fromkeys(("by_hand", "adding", "recounting", "outcomes", "mail_again", "personal_data", "door"), 4),
    **dict.fromkeys(("erasing", "forgetting", "held", "writing"), 4),
    **dict.fromkeys(("web", "workers"), 5),
}
ROLES = 3  # rules, stores, composers and renderers of a feature

#: Decide and compose only: state and `now` in, a decision or a document out.
PURE = {
    "facts", "keys", "language", "lines", "problems", "dates", "signs", "stream",
    "programme.model", "programme.terms", "programme.journey",
    "registration.attendee", "registration.model", "registration.rules", "registration.offers",
    "registration.late",
    "rounds.model", "rounds.rules", "retention.rules",
    "mail.calendar", "mail.compose", "mail.frame", "mail.kinds", "mail.offers", "mail.reports", "mail.returned",
    "mail.itinerary", "mail.letter", "mail.message", "mail.news", "mail.again", "mail.note", "mail.reservation",
}  # fmt: skip
PURE_FOLDERS = ("travel.render",)
PURE_TRAVEL = {
    "names", "transliteration", "manifest", "passengers", "rooming", "dietary", "lists", "locators", "pnl",
    "flight_lists", "changes", "changes_list", "checks", "warning", "versions", "tables", "words", "order",
    "phones", "additions", "bookings_csv", "redacting", "lettering",
}  # fmt: skip


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "chalicelib").with_suffix("").parts).removesuffix(".__init__")


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
    known = {name_of(module) for module in MODULES}
    return {name.removeprefix("chalicelib.") for name in imported(path)} & known


def floor(module: str) -> int:
    parts = module.split(".")
    if parts[0] in FEATURES:
        return FLOORS.get(parts[-1], ROLES) if len(parts) > 1 else 0
    return FLOORS.get(parts[0], 0)


def is_pure(module: str) -> bool:
    in_travel = module.startswith("travel.") and module.split(".")[-1] in PURE_TRAVEL
    return module in PURE or module.startswith(PURE_FOLDERS) or in_travel


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    """No module imports from a floor above its own."""
    here = name_of(path)
    assert {there for there in ours(path) if floor(there) > floor(here)} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_features_meet_through_models_and_flows(path: Path) -> None:
    """A feature's rules and composers know another feature by its model only; its flows may ask its store, add to
    its history, and delete what it keeps."""
    here = name_of(path)
    feature, _, _rest = here.partition(".")
    if feature not in FEATURES:
        return
    by_flows = {"store", "positions", "links", "notes", "files", "forgetting", "sealing"}
    allowed = {"model", "attendee"} | (by_flows if floor(here) == FLOORS["flows"] else set())
    others = {there for there in ours(path) if there.partition(".")[0] in FEATURES - {feature} and "." in there}
    assert {there for there in others if there.split(".")[-1] not in allowed} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edge_knows_chalice(path: Path) -> None:
    """Only web and workers import chalice."""
    if not name_of(path).startswith(("web", "workers")):
        assert {name for name in imported(path) if name.split(".")[0] == "chalice"} == set()


@pytest.mark.parametrize("path", [path for path in MODULES if is_pure(name_of(path))], ids=name_of)
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
    "web.service": {
        "chalicelib.workers", "chalicelib.mail", "chalicelib.travel", "chalicelib.web.organiser",
        "chalicelib.web.participant", "chalicelib.web.openapi", "aws_lambda_powertools.utilities.batch", *SLOW
    },
    "workers.relay": {"pydantic", "chalicelib.programme", "chalicelib.registration", *OTHERS},
    "workers.waitlist": OTHERS,
    "workers.rounds": OTHERS,
    "workers.clock": OTHERS,
    "workers.reconciler": OTHERS,
    "workers.mail": {"chalicelib.web", "chalicelib.travel", "phonenumbers", PARSER, *RENDERERS},
    "workers.feedback": {
        "pydantic", "chalicelib.programme", "chalicelib.registration.model", "chalicelib.mail.sender",
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
    assert WITHOUT.keys() == {"web.service", *workers}
