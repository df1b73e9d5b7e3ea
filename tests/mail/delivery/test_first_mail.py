"""The first mail to an address: who registered it, where to read about the data, and *this was not me*."""

import pytest

from chalicelib import clock, facts
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.mail.letters.context import LetterContext, build_origin
from chalicelib.registration import changing
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from chalicelib.settings import settings
from testing import builders
from testing.registration_links import build_link, participant
from testing.world import publish, register, register_party, reload
from tests.mail.conftest import Sent
from tests.mail.samples import LINKS, overnight_meeting, traveller

pytestmark = pytest.mark.usefixtures("mails")

ALONE = "Du får denne mail, fordi adressen er tilmeldt med arrangementets formular."


def first_mail(mails: Sent, who: Registration) -> str:
    """The text of the mail about what happened first."""
    send_mail_for(facts.from_history_entry(who.event_id, who.id, 1, reload(who).history[0]), clock.now())
    part = mails.all()[-1].get_body(("plain",))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("places", [5, 0])
def test_first_mail_says_that_the_form_was_used(mails: Sent, places: int) -> None:
    """Confirmed or waiting, with the links to the privacy page and to the page with the button."""
    event = publish(builders.event(allotments=[builders.allotment("place", places)]))
    anna = register(event, "Anna")
    link = build_link(event.id, anna.id)
    assert first_mail(mails, anna).endswith(
        f"\n{ALONE}\n"
        f"Det gør vi med dine oplysninger: {settings().public_url}/privacy?event={event.id}&lang=da\n"
        f"Det var ikke mig: {link}/not-me\n"
    )


def test_first_mail_names_who_registered_the_party(mails: Sent) -> None:
    """The leader's own mail says that the form was used; no mail shows an organisation."""
    event = publish(builders.event())
    anna, bo = register_party(event, "Anna", "Bo")
    assert ALONE in first_mail(mails, anna)
    text = first_mail(mails, bo)
    assert "Du får denne mail, fordi Anna Hansen har tilmeldt dig." in text
    assert anna.attendee.organisation is None or anna.attendee.organisation not in text


def test_leader_who_is_gone_is_not_named(mails: Sent) -> None:
    """Erased since: their name is no longer known."""
    anna, bo = register_party(publish(builders.event()), "Anna", "Bo")
    erasure.erase(participant(anna.event_id, anna.id), clock.now())
    assert "fordi adressen er tilmeldt sammen med andre." in first_mail(mails, bo)


def test_mailbox_that_has_used_its_link_knows(mails: Sent) -> None:
    """It reads no more about who registered it."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    changing.change(event, participant(event.id, anna.id), ChangeRequest({"given_name": "Anne"}), clock.now())
    assert "Det var ikke mig" not in first_mail(mails, anna)


def test_leaders_name_leaves_no_room_for_a_message() -> None:
    """It is shortened to whole words."""
    who = traveller("en", leader_id="the-leader")
    origin = build_origin(LetterContext(overnight_meeting(), who, LINKS, None, "Word " * 40))
    assert origin
    assert origin.text == f"You get this mail because {'Word ' * 11}Word has registered you."
