"""Each kind of link that someone may come with, of a registration of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import URLSafeSerializer

from chalicelib import clock
from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Update
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, parties, store
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant
from testing import builders
from testing.registration_links import build_token, participant
from testing.world import build_registration_id, register, register_party


@dataclass(frozen=True)
class Link:
    """A link's token, the registration that it is of, and one that was posted together with that."""

    token: str
    registration: Registration
    member_id: str = "a" * 26


def _build_answer_open(event: Event) -> Link:
    who = register(event, "Open")
    return Link(build_token(event.id, who.id, "answer"), who)


def _build_answer_closed(event: Event) -> Link:
    who = register(event, "Closed")
    token = build_token(event.id, who.id, "answer")
    _change(event, who)
    return Link(token, who)


def _change(event: Event, who: Registration) -> None:
    """Change it by the mailed link."""
    change = ChangeRequest({"phone": "+4520123456"})
    changing.change(event, participant(event.id, who.id), change, clock.now())


def _build_mailed(event: Event) -> Link:
    who = register(event, "Mailed")
    return Link(build_token(event.id, who.id, "mailed"), who)


def _build_view(event: Event) -> Link:
    who = register(event, "Viewed")
    return Link(build_token(event.id, who.id, "view"), who)


def _build_code(event: Event) -> Link:
    who = register(event, "Coded")
    return Link(build_token(event.id, who.id, "code"), who)


def _build_leaders(event: Event) -> Link:
    leader, companion = register_party(event, "Leader", "Companion")
    return Link(build_token(event.id, leader.id, "answer"), leader, companion.id)


def _build_leaders_of_one_in_own_hands(event: Event) -> Link:
    leader, companion = register_party(event, "Guide", "Independent")
    _change(event, companion)
    return Link(build_token(event.id, leader.id, "answer"), leader, companion.id)


def _build_companions(event: Event) -> Link:
    leader, companion = register_party(event, "Head", "Follower")
    return Link(build_token(event.id, companion.id, "mailed"), companion, leader.id)


def _build_posters(event: Event) -> Link:
    applicants = tuple(_build_applicant(event, name) for name in ("First", "Second"))
    party = parties.Party(applicants, is_posted_by_other=True)
    first, second = parties.register(event, party, "of-the-poster", clock.now())
    return Link(build_token(event.id, first.id, "answer"), first, second.id)


def _build_applicant(event: Event, name: str) -> Applicant:
    attendee = builders.attendee(name, "Hansen", email=f"{name.lower()}@example.org")
    return Applicant(build_registration_id(event.id, attendee.email), attendee, (), "party.0.")


def _build_earlier_generation(event: Event) -> Link:
    who = register(event, "Anew")
    token = build_token(event.id, who.id, "mailed")
    flows.cancel(participant(event.id, who.id), clock.now())
    return Link(token, register(event, "Anew", key="again"))


def _build_earlier_release(event: Event) -> Link:
    """Build the one link of a registration that was made before there were several."""
    who = register(event, "Before")
    where = keys.registration_key(event.id, who.id)
    table.write(Update.set(where, {"status": "confirmed"}, remove=(store.LINK_GENERATION, store.MADE_BY)))
    return Link(_sign_as_before(event.id, who.id), who)


def _build_earlier_release_made_anew(event: Event) -> Link:
    """Build the one link that an earlier release gave out for what this release has made anew."""
    who = register(event, "Renewed")
    return Link(_sign_as_before(event.id, who.id), who)


def _sign_as_before(event_id: str, registration_id: str) -> str:
    serializer = URLSafeSerializer(secret_keys.get_signing_keys(), salt="registration")
    return str(serializer.dumps([event_id, registration_id]))


KINDS: dict[str, Callable[[Event], Link]] = {
    "answer, open": _build_answer_open,
    "answer, closed": _build_answer_closed,
    "mailed": _build_mailed,
    "view": _build_view,
    "code": _build_code,
    "leader's": _build_leaders,
    "leader's of one in own hands": _build_leaders_of_one_in_own_hands,
    "companion's": _build_companions,
    "poster's": _build_posters,
    "earlier generation": _build_earlier_generation,
    "earlier release": _build_earlier_release,
    "earlier release, made anew": _build_earlier_release_made_anew,
}
