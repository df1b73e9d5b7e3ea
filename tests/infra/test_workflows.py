"""What the repository's host reads: workflows, Dependabot's settings and the forms for issues."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from testing.account import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
FORMS = sorted({*GITHUB.glob("ISSUE_TEMPLATE/*.yml")} - {GITHUB / "ISSUE_TEMPLATE" / "config.yml"})
#: Each file with the name of a schema that the package check-jsonschema brings along, so nothing is fetched.
SCHEMAS = [
    *((path, "vendor.github-workflows") for path in WORKFLOWS),
    *((path, "custom.github-workflows-require-timeout") for path in WORKFLOWS),
    *((path, "vendor.github-issue-forms") for path in FORMS),
    (GITHUB / "ISSUE_TEMPLATE" / "config.yml", "vendor.github-issue-config"),
    (GITHUB / "dependabot.yml", "vendor.dependabot"),
]


def violations(path: Path, schema: str) -> str:
    """Return what the schema has against the file; nothing where it is valid."""
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, "--color", "never", str(path)])
    return "" if done.exit_code == 0 else done.output


def _name(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


@pytest.mark.parametrize(("path", "schema"), SCHEMAS, ids=_name)
def test_a_file_follows_its_schema(path: Path, schema: str) -> None:
    """The host would ignore a file that does not, or fail when it is too late."""
    assert violations(path, schema) == ""


def test_a_file_that_breaks_its_schema_is_reported(tmp_path: Path) -> None:
    """The check is one: it names what is wrong."""
    broken = tmp_path / "broken.yml"
    broken.write_text((GITHUB / "dependabot.yml").read_text().replace("interval: weekly", "interval: sometimes"))
    assert "sometimes" in violations(broken, "vendor.dependabot")


def _steps(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_the_workflow_runs_what_a_contributor_runs() -> None:
    """There is one script for both, on the Python that `.python-version` names."""
    steps = _steps(GITHUB / "workflows" / "ci.yml")
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]
    assert [step["with"]["python-version-file"] for step in steps if "setup-python" in step.get("uses", "")] == [
        ".python-version"
    ]
    assert (ROOT / ".python-version").read_text() == "3.11\n"


@pytest.mark.parametrize("path", WORKFLOWS, ids=_name)
def test_a_workflow_may_only_read(path: Path) -> None:
    """Its token can change nothing, no job is given more, and no step finds the token on disk."""
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert [job for job in workflow["jobs"].values() if "permissions" in job] == []
    checkouts = [step for step in _steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


@pytest.mark.parametrize("path", WORKFLOWS, ids=_name)
def test_actions_are_pinned_to_commits(path: Path) -> None:
    """A tag can be moved to other code; the comment says which version the commit is."""
    used = re.findall(r"uses: (.*)", path.read_text())
    assert [use for use in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


def test_dependabot_watches_everything_that_is_pinned() -> None:
    """Both the Python requirements and the workflow's actions are offered newer versions."""
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
