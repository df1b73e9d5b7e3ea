"""Which tests `make check` runs."""

import os
import subprocess
from pathlib import Path

import pytest

from infra import changed
from infra.changed import changed_files, select_tests
from testing.account import ROOT

TESTS = (
    "tests/test_docs.py", "tests/test_imports.py", "tests/programme/test_dates.py", "tests/builders.py",
    "tests/web/test_public.py", "tests/web/browser.py", "tests/mail/golden/joined.da.txt",
    "tests/mail/test_store.py", "tests/travel/test_lists.py", "tests/travel/render/test_pdf.py",
    "tests/local/test_server.py", "tests/infra/test_archive.py", "tests/benchmarks/test_load.py",
    "tests/memory/test_client.py", "tests/contract/test_queries.py", "tests/simulation/test_doubles.py",
    "tests/simulation/test_simulation.py", "tests/test_testing_layout.py", "tests/test_nothing_personal.py",
)  # fmt: skip
ALWAYS = {"tests/test_docs.py", "tests/test_imports.py"}


@pytest.fixture(autouse=True)
def no_outer_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a hook of git runs the tests, git's variables name the real repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with tests like ours, empty ones."""
    for name in TESTS:
        _write(tmp_path / name)
    return tmp_path


def _write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("chalicelib/web/public.py", "tests/web/test_public.py"),
        ("chalicelib/web/start.py", "tests/web"),
        ("chalicelib/web/openapi/answers.py", "tests/web"),
        ("chalicelib/mail/templates/letter.txt", "tests/mail"),
        ("chalicelib/travel/render/pdf.py", "tests/travel/render/test_pdf.py"),
        ("chalicelib/travel/render/csv_lists.py", "tests/travel/render"),
        ("chalicelib/programme/dates.py", "tests/programme/test_dates.py"),
        ("infra/local/server.py", "tests/local/test_server.py"),
        ("infra/local/stack.py", "tests/local"),
        ("infra/packaging/archive.py", "tests/infra/test_archive.py"),
        ("infra/resources.yaml", "tests/infra"),
        ("benchmarks/load.py", "tests/benchmarks/test_load.py"),
        ("benchmarks/parts.py", "tests/benchmarks"),
    ],
)
def test_a_source_file_selects_the_test_of_its_name_or_its_folder(project: Path, source: str, tests: str) -> None:
    """The nearest test of the name is taken, otherwise the nearest folder that mirrors the file's own."""
    assert set(select_tests([source], project)) == ALWAYS | {tests}


DOUBLES = {"tests/memory", "tests/contract"}


@pytest.mark.parametrize(
    ("support", "tests"),
    [
        ("testing/dynamodb/writes.py", DOUBLES),
        ("testing/dynamodb/expressions/tokens.py", DOUBLES),
        ("testing/faulty_aws/sqs.py", DOUBLES | {"tests/simulation/test_doubles.py"}),
        ("testing/in_process/aws.py", {"tests/test_nothing_personal.py"}),
        ("testing/invariants/checks.py", {"tests/simulation/test_simulation.py"}),
        ("testing/builders.py", {"tests/test_testing_layout.py"}),
        ("testing/of_tomorrow/new.py", {"tests/test_testing_layout.py"}),
    ],
)
def test_test_support_selects_what_holds_it_to_the_truth(project: Path, support: str, tests: set[str]) -> None:
    """The table in memory and the faulty AWS are compared with the real one; the rest has its layout checked."""
    assert set(select_tests([support], project)) == ALWAYS | tests


def test_what_test_support_selects_is_there() -> None:
    """A test that was moved or renamed is not selected in vain."""
    named = {name for _folder, tests in changed._TESTS_OF_SUPPORT for name in tests}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("tests/web/test_public.py", "tests/web/test_public.py"),
        ("tests/web/browser.py", "tests/web"),
        ("tests/mail/golden/joined.da.txt", "tests/mail"),
    ],
)
def test_a_changed_test_selects_itself_and_a_helper_its_folder(project: Path, name: str, tests: str) -> None:
    """What a folder's tests share concerns all of them."""
    assert set(select_tests([name], project)) == ALWAYS | {tests}


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/design.md",
        "Makefile",
        "chalicelib/settings.py",
        "tests/builders.py",
        "tests/web/test_deleted.py",
    ],
)
def test_other_files_select_nothing(project: Path, name: str) -> None:
    """Only what always runs is left; a deleted test cannot run, and all tests are never selected at once."""
    assert set(select_tests([name], project)) == ALWAYS


def test_a_selected_folder_contains_its_tests(project: Path) -> None:
    """No test is named twice."""
    found = select_tests(["chalicelib/web/start.py", "chalicelib/web/public.py"], project)
    assert found == ["tests/test_docs.py", "tests/test_imports.py", "tests/web"]


def test_changed_is_what_differs_from_the_main_branch(tmp_path: Path) -> None:
    """Committed on the branch, edited, deleted and untracked files count; what main did since does not."""
    _write(tmp_path / ".gitignore", "*.pyc\n")
    _commit(tmp_path, "kept.py", "deleted.py", "edited.py")
    _git(tmp_path, "checkout", "-q", "-b", "topic")
    _commit(tmp_path, "added.py")
    _git(tmp_path, "checkout", "-q", "main")
    _commit(tmp_path, "of_others.py")
    _git(tmp_path, "checkout", "-q", "topic")
    (tmp_path / "deleted.py").unlink()
    _write(tmp_path / "edited.py", "changed = True\n")
    _write(tmp_path / "new å.py")
    _write(tmp_path / "ignored.pyc")
    assert changed_files(tmp_path) == ["added.py", "deleted.py", "edited.py", "new å.py"]


def test_without_a_main_branch_what_is_not_committed_counts(tmp_path: Path) -> None:
    """A checkout of a single commit, as a workflow has it, has no main branch."""
    _commit(tmp_path, "kept.py")
    _git(tmp_path, "branch", "-q", "-m", "topic")
    _write(tmp_path / "new.py")
    assert changed_files(tmp_path) == ["new.py"]


def test_the_command_prints_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is what pytest is called with."""
    monkeypatch.setattr(changed, "changed_files", lambda _root: ["chalicelib/programme/dates.py"])
    assert changed.main() == 0
    assert capsys.readouterr().out == " ".join(sorted(["tests/programme/test_dates.py", *changed.ALWAYS])) + "\n"


def _commit(repository: Path, *names: str) -> None:
    if not (repository / ".git").exists():
        _git(repository, "init", "-q", "-b", "main")
    for name in names:
        _write(repository / name)
    _git(repository, "add", ".")
    _git(repository, "commit", "-q", "-m", "chore: add files")


def _git(repository: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=repository, check=True, capture_output=True)
