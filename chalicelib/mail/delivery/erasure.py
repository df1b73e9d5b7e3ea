"""Erasing the records of a registration's mails, and of the requests for its link.

It follows the erasure of the registration, as a fact behind the facts that the mails tell. Not before: a mail
worker that finds no record of a mail then finds no recipient either, so no mail is sent twice because of it. The
fact is delivered at least once, perhaps late, and the erasure may stop anywhere: it is idempotent.
"""

from contextlib import suppress

from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import Delete, Item, Update
from chalicelib.aws.keys import LinkRequestKey, MailKey
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Erased, LinkRequested
from chalicelib.mail.delivery import store


def erase(fact: Erased) -> None:
    """Delete the records of the time until the erasure; those of a registration made anew since stay.

    Raises TooBusy.
    """
    later_requests = set()
    for request in table.query(fact.event_id, LinkRequestKey.prefix(fact.registration_id)):
        if request["requested_at"] > fact.at:
            later_requests.add(LinkRequestKey.parse(request).request_id)
        else:
            _delete(request)
    for record in store.list_for_registration(fact.event_id, fact.registration_id):
        # Between the registration's id and the kind: a link request's id, or the fact's revision.
        _, number, kind = MailKey.parse(record).fact_key.split(".")
        if number not in later_requests if kind == LinkRequested.kind else int(number) <= fact.revision:
            _delete(record)


def erase_link_request(fact: LinkRequested) -> None:
    """Delete the request for a link that was written after the registration was erased."""
    _delete(keys.link_request_key(fact.event_id, fact.registration_id, fact.request_id))


def build_address_removal(fact: LinkRequested) -> Update:
    """Build the write that takes the address out of the request, kept for one mail to a mailbox that disowned."""
    key = keys.link_request_key(fact.event_id, fact.registration_id, fact.request_id)
    return Update.set(key, {}, remove=("email", "language"))


def _delete(item: Item) -> None:
    with suppress(ConditionFailed):  # already deleted
        table.transact(Delete(key_grammar.key_of(item)))
