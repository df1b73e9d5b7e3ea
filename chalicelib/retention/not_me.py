"""*This was not me*: a mailbox disowns a registration of its address, and may take that back.

The registration is erased, and what is left of it, under the keyed hash, keeps the address from registering at
this event until the mailed link takes it back. It holds no address, and goes with the event's people.
"""

from contextlib import suppress
from datetime import datetime

from chalicelib.aws import table
from chalicelib.aws.items import Item, Update
from chalicelib.aws.keys import registration_key
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import LinkNotValid
from chalicelib.registration import store
from chalicelib.registration.access import Access
from chalicelib.registration.flows import load_by_mailed_link
from chalicelib.retention import erasure


def disown(access: Access, now: datetime) -> None:
    """Erase the registration as disowned, whatever its status; once that is done, nothing happens.

    Raises as `load_by_mailed_link`, and TooBusy.
    """
    if is_disowned(access):
        return
    load_by_mailed_link(access)
    try:
        erasure.erase(access, now, is_not_me=True)
    except LinkNotValid:
        if not is_disowned(access):  # otherwise a second click was quicker
            raise


def is_disowned(access: Access) -> bool:
    """Return whether the mailed link's registration is disowned now."""
    remains = _find_remains(access)
    return bool(remains and store.is_disowned(remains))


def take_back(access: Access, now: datetime) -> None:
    """Let the address register again; once that is done, nothing happens. Raises LinkNotValid."""
    if _find_remains(access) is None:
        raise LinkNotValid
    lifted = Update.set(
        registration_key(access.event_id, access.registration_id),
        {"expires_at": erasure.compute_expiry(now)},
        when=f"attribute_exists(#{store.NOT_ME})",
        remove=(store.NOT_ME,),
    )
    with suppress(ConditionFailed):  # it is taken back already
        table.write(lifted)


def _find_remains(access: Access) -> Item | None:
    """Find what is left of the erased registration whose mailed link it was; None where it is another's."""
    item, token = table.get(registration_key(access.event_id, access.registration_id)), access.token
    if item is None or token is None or token.kind != "mailed" or not store.is_erased(item):
        return None
    generation = item.get(store.LINK_GENERATION)
    is_signed = generation is not None and token.is_signed_for(access.event_id, generation)
    return item if is_signed else None
