"""`python -m infra.changed`: print the tests to run for what has changed since the main branch.

A source file is tested by the file of its name, `chalicelib/a/b.py` by `tests/a/test_b.py`, or where there is none
by the nearest folder that mirrors its own. A changed test is run itself, and with a changed helper or golden file
the tests of its folder. Test support is tested by what compares it with the real AWS. Other files select nothing,
so `make check` is a first look and `make test` the proof.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

_ROOT = Path(__file__).parents[1]
_MAIN = ("main", "origin/main")  # what a change is compared with: the first one that exists here

#: Quick, and concerned with most changes.
ALWAYS = ("tests/test_imports.py", "tests/test_docs.py", "tests/test_docs_index.py")

#: What tests the parts of `testing`, the most special folder first.
_TESTS_OF_SUPPORT = (
    ("testing/dynamodb", ("tests/memory", "tests/contract")),
    ("testing/faulty_aws", ("tests/memory", "tests/contract", "tests/simulation/test_doubles.py")),
    ("testing/in_process", ("tests/test_nothing_personal.py",)),
    ("testing/invariants", ("tests/simulation/test_simulation.py",)),
    ("testing", ("tests/test_testing_layout.py",)),
)


def main() -> int:
    """Print the selected tests in one line, for pytest's command line."""
    print(*select_tests(changed_files(_ROOT), _ROOT))
    return 0


def changed_files(root: Path) -> list[str]:
    """Return the files that differ from the main branch: committed, edited, deleted and untracked ones."""
    base = _fork_point(root)
    differing = _git(root, "diff", "--name-only", "--no-renames", "-z", base)
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({*differing.split("\0"), *untracked.split("\0")} - {""})


def _fork_point(root: Path) -> str:
    """Return the commit where this branch left the main branch, or the current one without a main branch."""
    for branch in _MAIN:
        if _git(root, "rev-parse", "--quiet", "--verify", branch, check=False):
            return _git(root, "merge-base", branch, "HEAD").strip()
    return "HEAD"


def _git(root: Path, *arguments: str, check: bool = True) -> str:
    """Return what git prints; the git found first in the contributor's path is meant."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, check=check, capture_output=True, text=True).stdout


def select_tests(changed: Iterable[str], root: Path) -> list[str]:
    """Return the test files and folders to run, without those that a selected folder contains already."""
    selected = {test for name in changed for test in _tests_for(PurePosixPath(name), root)}
    selected |= {name for name in ALWAYS if (root / name).exists()}
    return sorted(
        name for name in selected if not {str(folder) for folder in PurePosixPath(name).parents} & selected
    )


def _tests_for(changed: PurePosixPath, root: Path) -> list[str]:
    """Return what tests a changed file: at most one file or folder, more for a double of AWS."""
    top, *_folders = changed.parts
    if changed.name.startswith("test_") and top == "tests":
        return [str(changed)] if (root / changed).exists() else []
    if top == "testing":
        return [name for name in _tests_of_support(changed) if (root / name).exists()]
    for mirrored in _mirrored(changed):
        found = _nearest(mirrored, f"test_{changed.stem}.py", root)
        if found:
            return [found]
    return []


def _tests_of_support(changed: PurePosixPath) -> tuple[str, ...]:
    folders = {str(folder) for folder in changed.parents}
    return next(tests for folder, tests in _TESTS_OF_SUPPORT if folder in folders)


def _mirrored(changed: PurePosixPath) -> list[PurePosixPath]:
    """Return the folders below `tests` that may mirror a file's folder, the most likely first."""
    top, *folders = changed.parent.parts or ("",)
    return {
        "chalicelib": [PurePosixPath("tests", *folders)],
        "infra": [PurePosixPath("tests", *folders), PurePosixPath("tests", "infra", *folders)],
        "benchmarks": [PurePosixPath("tests", "benchmarks", *folders)],
        "tests": [PurePosixPath("tests", *folders)],
    }.get(top, [])


def _nearest(folder: PurePosixPath, name: str, root: Path) -> str | None:
    """Return the test of this name in the folder or above it, otherwise the nearest folder with tests.

    Never the whole of `tests`: that is `make test`.
    """
    around = [each for each in (folder, *folder.parents) if each.parts[:1] == ("tests",)]
    for each in around:
        if (root / each / name).exists():
            return str(each / name)
    return next((str(each) for each in around[:-1] if any((root / each).glob("test_*.py"))), None)


if __name__ == "__main__":
    sys.exit(main())
