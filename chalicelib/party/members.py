"""The members of a party, as the person who registered them reaches them."""

from dataclasses import replace
from datetime import datetime

from chalicelib.problems import InOwnHands, NotFound
from chalicelib.registration import flows, parties, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration


def list_members(poster: Registration) -> list[Registration]:
    """List those for whom the link acts that the registration was reached by, in the order posted.

    They are the companions of a leader. One who posted others alone acts for the first of them as well, whose own
    link acts for no one else.
    """
    if not poster.is_posted_by_other:
        return parties.find_companions(poster)
    return [poster, *parties.find_companions(poster)] if poster.is_posters else []


def load_poster(access: Access) -> Registration:
    """Load the registration of the party's leader, or of the first where another person posted it.

    Raises LinkNotValid and OpenTheMailedLink.
    """
    return access.admit_poster(store.find(access.event_id, access.registration_id))


def load_member(access: Access, member_id: str, now: datetime) -> Registration:
    """Load the member as the poster may change it; expire its offer first if the deadline has passed.

    Raises NotFound where the poster has no such member, and InOwnHands; otherwise as `load_poster`.
    """
    member = _find_member(access, member_id)
    if flows.has_expired_offer(member, now):
        flows.expire(member.event_id, member.id, now)
        member = _find_member(access, member_id)
    return member


def _find_member(access: Access, member_id: str) -> Registration:
    members = {member.id: member for member in list_members(load_poster(access))}
    if member_id not in members:
        raise NotFound
    if members[member_id].is_in_own_hands:
        raise InOwnHands
    return replace(members[member_id], via="poster")
