"""Posted documents, read and merged by the dotted names of their fields."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.forms.documents import merge_patch, read_field, remove_fields

values = st.sampled_from([None, True, False, "", "text", [], ["text"]])
documents = st.dictionaries(
    st.sampled_from("abc"), values | st.dictionaries(st.sampled_from("xy"), values), max_size=3
)


@given(documents, st.lists(st.sampled_from(["a", "a.x", "b.y"])))
def test_removed_fields_are_gone_and_nothing_else(document: dict[str, Any], names: list[str]) -> None:
    """Each named field reads as nothing; the document that was given is as it was."""
    before = copy.deepcopy(document)
    left = remove_fields(document, names)
    assert document == before
    assert [name for name in names if read_field(left, name) is not None] == []
    assert (
        left.items()
        >= {k: v for k, v in document.items() if v and not isinstance(v, dict) and k not in names}.items()
    )


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ("foo", {"a": "b"}, {"a": "b"}),
    ],
)
def test_a_patch_is_merged_as_the_standard_says(
    target: Any, patch: dict[str, Any], merged: dict[str, Any]
) -> None:
    """The examples of RFC 7396, appendix A, whose patch is an object."""
    assert merge_patch(target, patch) == merged
