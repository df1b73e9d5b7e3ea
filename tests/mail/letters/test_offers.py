"""The letters about offers; the words themselves are golden."""

import re
from html import unescape

import pytest
from msgspec.structs import replace

from chalicelib.facts import OfferExtended
from chalicelib.mail.letters.catalogue import build_letter
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import Detail, render_html, render_text
from tests.mail.samples import (
    LINK,
    LINKS,
    OF_OFFERS,
    build_history,
    expired,
    joined,
    offered,
    offering_meeting,
    place_kept,
    sample,
    traveller,
    traveller_once_offered,
)


def test_kept_place_is_told_without_a_number_that_is_not_known() -> None:
    """A registration that has moved on since is told what it waited for then, without a number."""
    who = traveller_once_offered("en")
    late = build_letter(LetterContext(offering_meeting(), who, LINKS), place_kept(who, ("place", "single_room")))
    assert [detail.label for detail in late.details] == ["Event", "When", "Where", "You asked for", "Waiting for"]
    assert late.details[-1] == Detail("Waiting for", "Place at the meeting, Single room")


@pytest.mark.parametrize("name", OF_OFFERS)
def test_letter_of_an_offer_leads_to_the_page_alone(name: str) -> None:
    """Nothing is answered by following a link, as mail scanners do: the only links are the page and the map.

    The first mail to an address also has those of where its data goes and of who did not register.
    """
    written = sample(name, "en")
    assert written.action
    [map_link] = [detail.link for detail in written.details if detail.link]
    links = re.findall(r'href="([^"]*)"', render_html(written))
    of_origin = [link.url for link in written.origin.links] if written.origin else []
    assert [unescape(link) for link in links] == [map_link.url, LINK, *of_origin]


def test_expired_offer_ended_when_it_was_said_to_end() -> None:
    """The letter names the moment of the last offer, not the one at which its end was noticed."""
    who = traveller("en")
    first = replace(offered(who, 2), expires_at="2019-11-01T20:30:00.000000Z")
    told = (joined(who), first, place_kept(who), offered(who, 4))
    late = traveller_once_offered("en", history=build_history(*told))
    fact = replace(expired(late), revision=5)
    assert "until Saturday 2 November 2019, 8:00," in render_text(
        build_letter(LetterContext(offering_meeting(), late, LINKS), fact)
    )
    fact = replace(fact, revision=3)
    assert "until Friday 1 November 2019, 21:30," in render_text(
        build_letter(LetterContext(offering_meeting(), late, LINKS), fact)
    )


def test_expired_offer_that_stood_longer_ended_then() -> None:
    """Its mail had come back, so they had a day more."""
    who = traveller("en")
    longer = OfferExtended(
        event_id=who.event_id, registration_id=who.id, revision=3, at="", expires_at="2019-11-03T07:00:00.000000Z"
    )
    late = traveller_once_offered("en", history=build_history(joined(who), offered(who, 2), longer))
    fact = replace(expired(late), revision=4)
    assert "until Sunday 3 November 2019, 8:00," in render_text(
        build_letter(LetterContext(offering_meeting(), late, LINKS), fact)
    )
