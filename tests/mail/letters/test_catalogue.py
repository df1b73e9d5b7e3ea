"""The catalogue of mails, and what its letters have in common."""

import json
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from pydantic import ValidationError

from chalicelib.facts import Fact, LinksAsked, MailAsked, MailComplained, MailsDrawnTogether
from chalicelib.language import Language
from chalicelib.mail.delivery import writing
from chalicelib.mail.delivery.reports import ORGANISER_MAIL_KINDS
from chalicelib.mail.letters.catalogue import MAIL_KINDS, build_letter, can_send
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import Detail, LabelledLink, render_html, render_text
from chalicelib.programme.model import Event, MailNote
from chalicelib.registration.model import Registration
from chalicelib.workers.relay import MAIL, QUEUES_BY_FACT
from testing.builders import attendee, event, registration
from tests.mail.samples import (
    GOLDEN,
    LETTERS,
    LINKS,
    SECRET,
    SUMMARIES,
    bilingual,
    build_fact_fields,
    build_history,
    cancelled,
    confirmed,
    format_golden,
    joined,
    link_requested,
    offered,
    offering_meeting,
    overnight_meeting,
    reminded,
    sample,
    told_of_change,
    traveller,
    traveller_once_offered,
)


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_letter_is_the_golden_one(name: str, language: Language) -> None:
    """Each letter is, word for word, the one that was read and kept."""
    assert format_golden(sample(name, language)) == (GOLDEN / f"{name}.{language}.txt").read_text()


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_letter_tells_nothing_about_health_or_emergencies(name: str, language: Language) -> None:
    """Food, assistance, the name on the card, room-mates and emergency contacts stay out of every mail."""
    written = render_text(sample(name, language)) + render_html(sample(name, language))
    for word in (SECRET, "WCHR", "kosher", "Kosher", "mollusc", "bløddyr", "33112233", "20123456"):
        assert word not in written


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_html_says_what_the_text_says(name: str, language: Language) -> None:
    """Every line of the text stands in the HTML, which is marked with the letter's language."""
    written = sample(name, language)
    page = render_html(written)
    parts = [written.greeting, *written.paragraphs, *written.closing]
    parts += [part for detail in written.details for part in (detail.label, detail.value)]
    parts += [part for day in written.itinerary for stop in day.stops for part in (stop.title, *stop.lines)]
    assert [part for part in parts if part not in page] == []
    assert f'<html lang="{language}">' in page


def test_position_is_left_out_when_the_registration_waits_no_more() -> None:
    """A letter that goes out late tells no number in line that is not true."""
    who = traveller("en")
    late = build_letter(LetterContext(overnight_meeting(), who, LINKS), joined(who))
    assert [detail.label for detail in late.details] == ["Event", "When", "Where", "You asked for", "Waiting for"]


def test_cancelled_offer_clears_the_calendar_of_a_registration_confirmed_once() -> None:
    """A participant who cancelled, registered anew and was offered a place reads that the calendar is cleared."""
    who = traveller("en")
    back = traveller_once_offered(
        "en", history=build_history(confirmed(who), cancelled(who), joined(who), offered(who, 4))
    )
    written = build_letter(
        LetterContext(offering_meeting(), back, LINKS), cancelled(back, was="offered", revision=5)
    )
    assert "The attached calendar file takes it out of your calendar again." in written.paragraphs
    assert written.reservation


def test_needs_are_those_of_the_fact() -> None:
    """The units of the registration by now are another letter's news."""
    who = traveller("en")
    written = build_letter(LetterContext(overnight_meeting(), who, LINKS), confirmed(who, ("place", "flight_out")))
    assert written.details[-1] == Detail("Your registration covers", "Place at the meeting, Flight out")
    assert [stop.title for day in written.itinerary for stop in day.stops] == [
        "Flight to Bornholm",
        "First talk",
        "Lunch",
        "Breakfast",
    ]


def test_need_that_has_gone_from_the_event_is_not_named() -> None:
    """An allotment that was removed since leaves no gap and no internal name."""
    who = traveller("en")
    written = build_letter(LetterContext(overnight_meeting(), who, LINKS), confirmed(who, ("place", "boat")))
    assert written.details[-1] == Detail("Your registration covers", "Place at the meeting")


def test_event_without_travel_has_no_programme_of_its_own() -> None:
    """The letter of an event without legs, stays, meals and timed sessions has no list of days."""
    who = registration()
    written = build_letter(LetterContext(event(), who, LINKS), confirmed(who))
    assert written.itinerary == ()
    assert "Dit program" not in render_text(written)


def test_venue_has_its_note_and_its_address_on_the_map() -> None:
    """The note helps people find it; the map is asked for the address, percent-encoded."""
    venue = {
        "name": "Ubbes Vinbar",
        "address": "Ny Vestergade 1",
        "note": bilingual("i kælderen", "in the basement"),
    }
    written = build_letter(LetterContext(event(venue=venue), registration(), LINKS), confirmed(registration()))
    on_map = LabelledLink("Vis på kort", "https://www.openstreetmap.org/search?query=Ny+Vestergade+1")
    assert Detail("Sted", "Ubbes Vinbar, Ny Vestergade 1 (i kælderen)", on_map) in written.details


def test_link_letter_says_how_the_registration_stands() -> None:
    """A participant who registers again is told their status as it is now."""
    who = traveller("en", status="waiting")
    assert build_letter(LetterContext(overnight_meeting(), who, LINKS), link_requested(who)).details[-1] == Detail(
        "Status",
        "On the waitlist",
    )


def _reservation(page: str) -> dict[str, object] | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def test_confirmed_letter_carries_the_reservation() -> None:
    """Mail programs find the whole reservation as schema.org JSON-LD."""
    who = traveller("en")
    assert _reservation(render_html(sample("confirmed", "en"))) == {
        "@context": "http://schema.org",
        "@type": "EventReservation",
        "reservationNumber": who.id,
        "reservationStatus": "http://schema.org/ReservationConfirmed",
        "modifyReservationUrl": LINKS.page,
        "underName": {"@type": "Person", "name": "Søren Ågård-Özil"},
        "reservationFor": {
            "@type": "Event",
            "name": "Overnight meeting on Bornholm",
            "startDate": "2020-08-25T09:30:00+02:00",
            "endDate": "2020-08-26T11:00:00+02:00",
            "location": {"@type": "Place", "name": "Grønbechs Hotel", "address": "Vinkelstræde 2, 3770 Allinge"},
        },
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("promoted", "http://schema.org/ReservationConfirmed"),
        ("accepted", "http://schema.org/ReservationConfirmed"),
        ("cancelled", "http://schema.org/ReservationCancelled"),
        ("joined", None),
        ("offered", None),
        ("declined", None),
        ("place-kept", None),
        ("expired", None),
        ("cancelled-waiting", None),
        ("cancelled-offered", None),
        ("link-requested", None),
        ("sign-in", None),
    ],
)
def test_reservation_stands_only_in_letters_about_places(name: str, expected: str | None) -> None:
    """A waiting registration has no reservation, a cancelled confirmed one has a cancelled reservation."""
    found = _reservation(render_html(sample(name, "da")))
    assert (found and found["reservationStatus"]) == expected


def test_names_cannot_break_out_of_the_page() -> None:
    """Markup in a name or a title is shown, never read."""
    who = registration(attendee("</script><b>", "Ågård", email="a@example.org"))
    page = render_html(
        build_letter(LetterContext(event(title=bilingual("<i>", "<i>")), who, LINKS), cancelled(who))
    )
    assert page.count("</script>") == 1
    assert "<b>" not in page
    assert "<i>" not in page
    found = _reservation(page)
    assert found
    assert found["underName"] == {"@type": "Person", "name": "</script><b> Ågård"}


def _noted(text: str, kind: str = "confirmed") -> Event:
    return overnight_meeting(notes={kind: bilingual(text, text)})


def test_the_organisers_note_is_a_paragraph_of_its_own() -> None:
    """In text and HTML, in the mails of its kind and in no other; markup in it is shown, never read."""
    who = traveller("en")
    written = build_letter(LetterContext(_noted("Bring <b>shoes</b>.\nAnd a coat."), who, LINKS), confirmed(who))
    assert "\n\nBring <b>shoes</b>.\nAnd a coat.\n\n" in render_text(written)
    assert 'white-space:pre-line">Bring &lt;b&gt;shoes&lt;/b&gt;.\nAnd a coat.</p>' in render_html(written)
    assert "shoes" not in written.subject
    assert "shoes" not in render_text(
        build_letter(LetterContext(_noted("Bring shoes."), who, LINKS), cancelled(who))
    )


@pytest.mark.parametrize(("kind", "fact"), [("reminder", reminded), ("event_changed", told_of_change)])
def test_each_kind_of_mail_has_its_note(kind: str, fact: Callable[[Registration], Fact]) -> None:
    """In the reader's language."""
    event = overnight_meeting(notes={kind: bilingual("Husk sko.", "Bring shoes.")})
    for language, note in (("da", "Husk sko."), ("en", "Bring shoes.")):
        who = traveller(language)  # type: ignore[arg-type]
        assert build_letter(LetterContext(event, who, LINKS), fact(who)).organiser_note == note


@pytest.mark.parametrize("text", ["", " ", "x" * 1001, "a\x00b", "a\x1bb", "a\u202eb"])
def test_a_note_is_plain_text_of_bounded_length(text: str) -> None:
    """Control characters, blank text and too long text are refused."""
    with pytest.raises(ValidationError):
        _noted(text)


def test_a_note_takes_what_word_pastes() -> None:
    """No-break spaces and emoji stay, and each kind of line end is a line feed."""
    assert MailNote(da="1.000\u00a0kr.\u2028👩\u200d💻\rto", en="x").da == "1.000\u00a0kr.\n👩\u200d💻\nto"


def test_a_note_belongs_to_a_kind_of_mail_that_there_is() -> None:
    """A note that no mail would ever show is refused."""
    with pytest.raises(ValidationError):
        _noted("Bring shoes.", "confirmd")


def test_catalogue_has_a_row_for_each_fact_on_the_mail_queue() -> None:
    """And no other; an erasure is on that queue because mail records are erased with it."""
    on_queue = {fact.kind for fact, queues in QUEUES_BY_FACT.items() if MAIL in queues}
    assert set(MAIL_KINDS) == on_queue - {"erased"}


def test_each_row_has_its_letter() -> None:
    """Participants' letters in the row, but for those of how it stands now; organisers' where mails are built."""
    to_organisers = {kind for kind, mail in MAIL_KINDS.items() if mail.recipient == "organiser"}
    assert to_organisers == ORGANISER_MAIL_KINDS == {fact.kind for fact in writing._ORGANISER_MAILS}
    without_letter = {kind for kind, mail in MAIL_KINDS.items() if mail.build_letter is None}
    assert without_letter == to_organisers | {MailAsked.kind, LinksAsked.kind, MailsDrawnTogether.kind}


WHO = traveller()
COMPLAINED = MailComplained(**build_fact_fields(WHO, 2), mail=confirmed(WHO).key, reason="abuse")


@pytest.mark.parametrize("kind", [kind for kind, mail in MAIL_KINDS.items() if mail.is_transactional])
def test_address_that_complained_gets_transactional_mails(kind: str) -> None:
    """Each participant is told what became of their own registration."""
    assert can_send(kind, build_history(confirmed(WHO), COMPLAINED))


def test_address_that_complained_gets_nothing_else() -> None:
    """Broadcasts go only to those who have not complained."""
    broadcasts = [kind for kind, mail in MAIL_KINDS.items() if not mail.is_transactional]
    assert broadcasts == ["told-of-change", "reminded", "details-asked"]
    assert [can_send(kind, build_history(confirmed(WHO))) for kind in broadcasts] == [True] * 3
    assert [can_send(kind, build_history(confirmed(WHO), COMPLAINED)) for kind in broadcasts] == [False] * 3


@pytest.mark.parametrize(("name", "language"), [each for each in LETTERS if each[0] not in SUMMARIES])
def test_the_map_stands_with_the_place(name: str, language: Language) -> None:
    """Directly below it, with anything else that the letter names after that."""
    linked = [detail.label for detail in sample(name, language).details if detail.link]
    assert linked in ([], ["Sted"], ["Where"], ["Sted nu"], ["Place now"])
    text = render_text(sample(name, language)).splitlines()
    below = [
        before.partition(":")[0] for before, row in pairwise(text) if row.startswith(("Vis på kort", "Show on"))
    ]
    assert below == linked
