"""The tokens of links and codes."""

import base64
import re
from string import ascii_letters, ascii_lowercase, digits

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.auth import link_tokens
from chalicelib.auth.link_tokens import LinkKind, LinkToken
from chalicelib.problems import LinkNotValid

pytestmark = pytest.mark.usefixtures("memory")
KINDS: list[LinkKind] = ["answer", "mailed", "view", "code"]
#: 128 bits in base32: the last of the 26 characters has room for three of them.
IDS = st.binary(min_size=16, max_size=16).map(lambda bits: base64.b32encode(bits).decode().rstrip("=").lower())
EVENTS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,59}", fullmatch=True)
any_examples = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def parse(kind: LinkKind, token: str) -> LinkToken:
    return link_tokens.parse_code(token) if kind == "code" else link_tokens.parse_link(token)


@pytest.mark.parametrize("kind", KINDS)
@any_examples
@given(event_id=EVENTS, registration_id=IDS)
def test_a_token_is_read_back_and_short(kind: LinkKind, event_id: str, registration_id: str) -> None:
    """Whatever the ids: kind, registration and event come back, in 70 characters, a code in 60."""
    token = link_tokens.build_token(kind, event_id, registration_id, "generation")
    read = parse(kind, token)
    resolved = read.resolve_event(["another", event_id]) if read.has_reference else read.event
    assert (read.kind, read.registration_id, resolved) == (kind, registration_id, event_id)
    assert read.is_signed_for(event_id, "generation")
    assert len(token) <= (60 if kind == "code" else 70)
    assert re.fullmatch(r"[A-Z0-9-]+" if kind == "code" else r"[\w-]+", token, re.ASCII)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_is_of_one_kind_event_registration_and_generation(kind: LinkKind) -> None:
    """Whatever of it is another's, it is not signed."""
    token = parse(kind, link_tokens.build_token(kind, "here", "a" * 26, "first"))
    assert not token.is_signed_for("here", "second")
    assert not token.is_signed_for("there", "first")
    assert not token.is_signed_for("here", "")
    for other in {*KINDS} - {kind}:
        assert not LinkToken(other, "here", "a" * 26, token.signature).is_signed_for("here", "first")
    assert not LinkToken(kind, "here", "b" * 25 + "a", token.signature).is_signed_for("here", "first")


@pytest.mark.parametrize("kind", KINDS)
@any_examples
@given(text=st.one_of(st.text(), st.text(ascii_letters + digits + "-_.~%", max_size=90)))
def test_any_other_text_is_no_link(kind: LinkKind, text: str) -> None:
    """It is refused at once, or read as a token that is not signed."""
    try:
        token = parse(kind, text)
    except LinkNotValid:
        return
    assert not token.is_signed_for("here", "generation")


def test_a_code_is_read_in_small_letters_too() -> None:
    """A person may type it; the device at the door finds the registration in it."""
    readable = ascii_lowercase[:25] + "a"
    code = link_tokens.build_token("code", "here", readable, "generation")
    assert link_tokens.parse_code(code.lower()) == link_tokens.parse_code(code)
    assert code[:26].lower() == readable


def test_generations_never_come_again() -> None:
    """64 random bits each, in characters that need no escaping."""
    made = {link_tokens.create_generation() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(each) for each in made} == {11}
    assert {*"".join(made)} <= {*ascii_letters, *digits, "-", "_"}


def test_a_reference_that_stands_for_no_event_is_no_link() -> None:
    """As when the event is deleted."""
    token = link_tokens.parse_link(link_tokens.build_token("mailed", ascii_lowercase * 2, "a" * 26, "x"))
    with pytest.raises(LinkNotValid):
        token.resolve_event(["here", "there"])
