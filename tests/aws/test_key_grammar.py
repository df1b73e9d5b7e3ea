"""The key grammar: keys are written and read in one place."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib.aws.waitlist_keys import SkipKey
from testing.account import ROOT

KEY_MODULES = {ROOT / "chalicelib/aws" / name for name in ("key_grammar.py", "keys.py", "waitlist_keys.py")}
OTHER_MODULES = sorted(set(ROOT.glob("chalicelib/**/*.py")) - KEY_MODULES)


@pytest.mark.parametrize("sort_key", ["PLACES", "REG#r", "SKIP#2020"])
def test_a_key_of_another_kind_is_refused(sort_key: str) -> None:
    """And so is one with parts missing."""
    with pytest.raises(ValueError, match=sort_key):
        SkipKey.parse({"SK": sort_key})


@pytest.mark.parametrize("path", OTHER_MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_keys_are_built_and_parsed_in_their_own_modules(path: Path) -> None:
    """No other module writes a key's attributes, joins its parts, takes it apart, or puts a bound behind it."""
    assert [ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if _handles_keys(node)] == []


@pytest.mark.parametrize(
    "code",
    [
        '{"PK": partition, "SK": after}',
        'dict(PK="EVENT#e", SK="PLACES")',
        'f"{priority}#{joined_at}"',
        'f"WAIT#{line}"',
        '"#".join(parts)',
        'key.split("#")',
        'rank.partition("#")[2]',
        'SkipKey.prefix(until) + "~"',
        '("A", "Z~")',
        '"SK BETWEEN :first AND :last"',
    ],
)
def test_each_way_to_build_a_key_is_noticed(code: str) -> None:
    """Also those that a module does not use today."""
    assert any(_handles_keys(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ['f"#{name} = :{name}"', 'item["SK"]', '"attribute_exists(PK)"', '"#status = :was"']
)
def test_names_in_expressions_are_no_keys(code: str) -> None:
    """An expression's `#` begins a name; asking if an item exists, or reading its key, builds none."""
    assert not any(_handles_keys(node) for node in ast.walk(ast.parse(code)))


def _handles_keys(node: ast.AST) -> bool:
    match node:
        case ast.Dict(keys=names):
            return any(isinstance(name, ast.Constant) and name.value in ("PK", "SK") for name in names)
        case ast.keyword(arg="PK" | "SK"):
            return True
        case ast.JoinedStr(values=[_, *parts]) if any(_starts_with_separator(part) for part in parts):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(value="#"), attr="join")):
            return True
        case ast.Call(
            func=ast.Attribute(attr="split" | "partition" | "rpartition"), args=[ast.Constant(value="#"), *_]
        ):
            return True
        case ast.Constant(value=str(text)):
            return text.endswith("~") or bool(re.match(r"[A-Z]+#|SK (BETWEEN|=)|PK =", text))
    return False


def _starts_with_separator(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).startswith("#")
