"""Erasing somebody from the records of mails: which were sent, and that their link was asked for.

It follows the erasure of the registration, as a fact behind those that their mails tell. Not before: whoever finds
no record of a mail then finds nobody to send it to either, so none goes out twice for it. It may come late, twice,
and be stopped anywhere.
"""

from contextlib import suppress

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Item
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import Erased, LinkRequested


def erase(fact: Erased) -> None:
    """Delete the records of all that happened until they were erased; those of a registration that they have made
    anew since stay. Raises TooBusy."""
    since = set()
    for request in table.query(fact.event_id, f"LINK#{fact.registration_id}#"):
        if request["requested_at"] > fact.at:
            since.add(request["SK"].rpartition("#")[2])
        else:
            _delete(request)
    for record in table.query(fact.event_id, f"MAIL#{fact.registration_id}."):
        which = record["SK"].split(".")[1]  # a request's id, or a fact's place in the history
        if which not in since if record["kind"] == LinkRequested.kind else int(which) <= fact.revision:
            _delete(record)


def erase_link_request(fact: LinkRequested) -> None:
    """Delete the request for a link that came when there was nobody any more."""
    _delete(keys.link_request_key(fact.event_id, fact.registration_id, fact.request_id))


def _delete(item: Item) -> None:
    with suppress(ConditionFailed):  # it is gone already
        table.transact(Delete({"PK": item["PK"], "SK": item["SK"]}))
