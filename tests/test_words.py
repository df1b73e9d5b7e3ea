"""Indefinite pronouns are counted in what is written for people."""

from pathlib import Path

import pytest

from tests import words
from tests.words import Count, count_pronouns, files, prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Count(0, 0)),
        ("The participant cancels.", Count(3, 0)),
        ("Whoever waits is told; nobody overtakes.", Count(6, 2)),
        ("Somebody’s place, somebody's room", Count(4, 2)),
        ("everybody-else anybodyish", Count(2, 0)),
    ],
)
def test_pronouns_are_counted_among_the_words(text: str, expected: Count) -> None:
    """Whole words count, in capitals and in the genitive too."""
    assert count_pronouns(text) == expected


def test_the_rate_is_of_all_words_together() -> None:
    """Counts are added before they are divided, and no words have no rate."""
    assert sum([Count(600, 1), Count(400, 2)], Count()).per_thousand == 3.0
    assert Count().per_thousand == 0.0


def test_code_in_a_document_is_not_prose(tmp_path: Path) -> None:
    """Neither blocks nor inline code are counted."""
    page = tmp_path / "page.md"
    page.write_text("Call `nobody()` now:\n\n```\nsomebody = 1\n```\n\nDone.\n")
    assert count_pronouns(prose(page)) == Count(3, 0)


def test_of_a_module_the_docstrings_are_prose(tmp_path: Path) -> None:
    """Of module, class and function; code and comments are not counted."""
    module = tmp_path / "module.py"
    module.write_text(
        '"""For anybody."""\n\nnobody = "whoever"  # somebody\n\n\nclass A:\n    """One."""\n\n'
        '    async def b(self):\n        """Two words."""\n'
    )
    assert count_pronouns(prose(module)) == Count(5, 1)


def test_documents_and_modules_are_counted(tmp_path: Path) -> None:
    """What stands in the root, in docs, and in the code that is ours; tests are not counted."""
    counted = {"README.md", "docs/a.md", "docs/decisions/b.md", "chalicelib/web/c.py", "infra/d.py"}
    for name in counted | {"tests/e.py", "docs/f.svg"}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert {str(path.relative_to(tmp_path)) for path in files(tmp_path)} == counted


@pytest.mark.parametrize(("text", "ended"), [("Nobody came.", 1), ("No participant came.", 0)])
def test_the_command_fails_above_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, ended: int
) -> None:
    """It prints each file with pronouns, and the total last."""
    (tmp_path / "README.md").write_text(text)
    monkeypatch.setattr(words, "ROOT", tmp_path)
    assert words.main() == ended
    assert len(capsys.readouterr().out.splitlines()) == 1 + ended
