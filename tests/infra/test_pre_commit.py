"""What is checked before each commit."""

import re
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_config

from testing.account import ROOT

CONFIGURATION = ROOT / ".pre-commit-config.yaml"


def hooks() -> dict[str, dict[str, Any]]:
    """Return the hooks by their ids, as they are written."""
    (local,) = yaml.safe_load(CONFIGURATION.read_text())["repos"]
    return {hook["id"]: hook for hook in local["hooks"]}


def test_the_configuration_is_valid() -> None:
    """pre-commit itself reads it, and nothing in it has to be fetched."""
    assert [repository["repo"] for repository in load_config(CONFIGURATION)["repos"]] == ["local"]


def test_the_hooks_are_the_linters_of_make_lint() -> None:
    """Each linter has its hook with the same arguments; only the audit, which asks a server, has none."""
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    linters = re.findall(r"^\t@\$\(BIN\)/(.+?)(?: \$\(SCANNED\))?$", recipe[1], re.MULTILINE)
    entries = [hook["entry"] for hook in hooks().values() if hook["language"] == "system"]
    assert entries == [f".venv/bin/{linter}" for linter in linters]


@pytest.mark.parametrize(
    ("path", "scanned"),
    [
        ("app.py", True),
        ("chalicelib/a/b.py", True),
        (".github/workflows/ci.yml", True),
        ("docs/a/b.md", True),
        ("README.md", True),
        ("chalicelib/locales/da/LC_MESSAGES/messages.po", False),
        ("requirements-dev.txt", False),
    ],
)
def test_secrets_are_looked_for_where_make_lint_looks(path: str, scanned: bool) -> None:
    """Everything that is written by hand; the requirements consist of hashes."""
    hook = hooks()["detect-secrets"]
    assert bool(re.search(hook["files"], path) and not re.search(hook["exclude"], path)) is scanned


@pytest.mark.parametrize(
    ("message", "accepted"),
    [
        ("fix(waitlist): promote as soon as a need is dropped\n", True),
        ("docs: describe the fast loop\n\nThe body says why,\nin lines.\n", True),
        ("feat!: remove the old address\n", True),
        ("fix(waitlist): " + "x" * 57 + "\n", True),
        ("fix(waitlist): " + "x" * 58 + "\n", False),
        ("Fix the waitlist\n", False),
        ("fix(waitlist): Promote.\n", False),
        ("wip: things\n", False),
        ("Merge branch 'main' into topic\n", False),
        ("\nfix: begin on the second line\n", False),
    ],
)
def test_a_commit_message_follows_the_rule(message: str, accepted: bool) -> None:
    """`type(scope): imperative summary` of at most 72 characters, then what the author likes."""
    # As pre-commit searches for it with --multiline.
    found = re.search(hooks()["commit-message"]["entry"].encode(), message.encode(), re.MULTILINE | re.DOTALL)
    assert bool(found) is accepted
