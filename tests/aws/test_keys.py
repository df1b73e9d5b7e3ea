"""The key grammar, written and read in one place."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib.aws import keys
from chalicelib.aws.keys import AuditKey, LinkRequestKey, MailKey, SkipKey, SortKey, TaskKey, WaitlistKey
from testing.account import ROOT

OTHER_MODULES = sorted(set(ROOT.glob("chalicelib/**/*.py")) - {ROOT / "chalicelib/aws/keys.py"})

KEYS: list[tuple[SortKey, str]] = [
    (WaitlistKey("place+room", "5", "2020-01-01T00:00:00.000000Z", "r"),
     "WAIT#place+room#5#2020-01-01T00:00:00.000000Z#r"),
    (SkipKey("2020", "r"), "SKIP#2020#r"),
    (AuditKey("2020", "t"), "JOURNAL#2020#t"),
    (LinkRequestKey("r", "h"), "LINK#r#h"),
    (MailKey("r.0001.confirmed"), "MAIL#r.0001.confirmed"),
    (TaskKey("kind.subject"), "PROBLEM#kind.subject"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written"), KEYS)
def test_a_key_is_read_as_it_was_written(key: SortKey, written: str) -> None:
    """Each part where it was."""
    item = key.at_event("e")
    assert item == {"PK": "EVENT#e", "SK": written}
    assert type(key).parse(item) == key
    assert keys.key_of({**item, "attribute": "x"}) == item


@pytest.mark.parametrize("sort_key", ["PLACES", "REG#r", "SKIP#2020"])
def test_a_key_of_another_kind_is_refused(sort_key: str) -> None:
    """And so is one with parts missing."""
    with pytest.raises(ValueError, match=sort_key):
        SkipKey.parse({"SK": sort_key})


def test_prefixes_end_where_the_next_part_begins() -> None:
    """So that no other line or registration begins the same."""
    assert (WaitlistKey.prefix(), WaitlistKey.prefix("place")) == ("WAIT#", "WAIT#place#")
    assert MailKey.prefix_of_registration("r") == "MAIL#r."


def test_an_entry_knows_its_rank() -> None:
    """As registrations hold its key."""
    assert WaitlistKey.parse_entry("place#5#2020#r").rank == "5#2020"
    assert keys.parse_rank("5#2020") == (5, "2020")


def test_a_bound_lies_behind_all_keys_with_its_first_parts() -> None:
    """So that a query up to it finds them all, and none of the next part."""
    assert str(SkipKey("2020", "zz")) < SkipKey.last("2020") < str(SkipKey("2021", "a"))
    assert all(keys.FIRST_SORT_KEY < written < keys.LAST_SORT_KEY for _, written in KEYS)


@pytest.mark.parametrize("path", OTHER_MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_keys_are_built_and_parsed_in_one_module(path: Path) -> None:
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
