"""`python -m tests.words`: count indefinite pronouns in the documents and docstrings.

A sentence about *whoever comes* hides who is meant, and the glossary has a word for each: participant, organiser,
caller. Ends with 1 where there are more than LIMIT in a thousand words.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from testing.account import ROOT

LIMIT = 1.0  #: in a thousand words
PRONOUNS = frozenset({"whoever", "whomever", "somebody", "nobody", "anybody", "everybody"})

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Count:
    """How many words a text has, and how many of them are pronouns."""

    words: int = 0
    pronouns: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.words + other.words, self.pronouns + other.pronouns)

    @property
    def per_thousand(self) -> float:
        return 1000 * self.pronouns / self.words if self.words else 0.0


def main() -> int:
    """Print the count of each file that has any, the worst first, and of all together."""
    counts = {str(path.relative_to(ROOT)): count_pronouns(prose(path)) for path in files(ROOT)}
    for name, count in sorted(counts.items(), key=lambda each: (-each[1].pronouns, each[0])):
        if count.pronouns:
            _say(name, count)
    total = sum(counts.values(), Count())
    _say(f"all {len(counts)} files (at most {LIMIT} are accepted)", total)
    return int(total.per_thousand > LIMIT)


def _say(name: str, count: Count) -> None:
    sys.stdout.write(f"{count.per_thousand:5.1f} in 1,000 words ({count.pronouns} of {count.words}): {name}\n")


def files(root: Path) -> list[Path]:
    """Return what is counted: the documents, and the modules for their docstrings."""
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    return sorted([*documents, *root.glob("chalicelib/**/*.py"), *root.glob("infra/**/*.py")])


def prose(path: Path) -> str:
    """Return what of a file is written for people: a document without its code, or a module's docstrings."""
    text = path.read_text()
    if path.suffix == ".py":
        return "\n".join(_docstrings(ast.parse(text)))
    return _INLINE.sub("", _FENCED.sub("", text))


def _docstrings(module: ast.Module) -> Iterator[str]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes: Iterable[ast.AST] = ast.walk(module)
    for node in nodes:
        if isinstance(node, documented):
            yield ast.get_docstring(node) or ""


def count_pronouns(text: str) -> Count:
    """Count the words of a text and the pronouns among them, also in the genitive (*somebody's*)."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return Count(len(words), sum(re.split("['’]", word)[0] in PRONOUNS for word in words))


if __name__ == "__main__":
    sys.exit(main())
