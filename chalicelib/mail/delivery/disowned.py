"""Building the one mail a day to a mailbox that has disowned a registration, and whose address is used again."""

from chalicelib.aws import keys, table
from chalicelib.facts import LinkRequested
from chalicelib.links import registration_links
from chalicelib.mail.delivery.message import Mailbox
from chalicelib.mail.delivery.writing import Mail
from chalicelib.mail.letters.not_me import build_wish_letter
from chalicelib.programme import store as programme
from chalicelib.registration import store as registrations


def build_mail(fact: LinkRequested) -> Mail | None:
    """Build the mail; None where the registration is not disowned, or the request holds no address."""
    request = table.get(keys.link_request_key(fact.event_id, fact.registration_id, fact.request_id))
    remains = table.get(keys.registration_key(fact.event_id, fact.registration_id))
    if not (request and "email" in request and remains and registrations.is_disowned(remains)):
        return None
    generation = remains.get(registrations.LINK_GENERATION, "")
    link = registration_links.build_mailed_link(fact.event_id, fact.registration_id, generation)
    event = programme.read_current(fact.event_id).event
    return Mail(build_wish_letter(event, link, request["language"]), to=Mailbox("", request["email"]))
