"""Test support stands on its own: `testing` imports no tests and no benchmarks, and benchmarks import no tests."""

import ast
from pathlib import Path

import pytest

from testing.account import ROOT

#: What the modules of a folder may not import.
FORBIDDEN = {
    "chalicelib": {"testing", "tests", "benchmarks"},
    "infra": {"testing", "tests", "benchmarks"},
    "testing": {"tests", "benchmarks"},
    "benchmarks": {"tests"},
    "tests/simulation": {"benchmarks"},
}
MODULES = [(folder, path) for folder in FORBIDDEN for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]


def list_imported_packages(path: Path) -> set[str]:
    """The top-level packages that a module imports, also inside functions."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names = plain + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(("folder", "path"), MODULES, ids=[str(path.relative_to(ROOT)) for _, path in MODULES])
def test_no_module_imports_what_stands_above_it(folder: str, path: Path) -> None:
    """The product imports no test support, test support no tests, benchmarks no tests."""
    assert list_imported_packages(path) & FORBIDDEN[folder] == set()
