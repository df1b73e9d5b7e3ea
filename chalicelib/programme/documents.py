"""The stored documents of events: read as their model, or with what is wrong with them. Pure."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec
from pydantic import ValidationError

from chalicelib.language import N_
from chalicelib.problems import FieldError
from chalicelib.programme.model import Event
from chalicelib.text import STORED_CONTEXT
from chalicelib.validation import build_field_errors

#: A document's id is that of the event that it is stored as.
WRONG_ID = FieldError("id", "not_this_event", N_("This must be the id in the address."))


class StoredDocument(msgspec.Struct, frozen=True):
    """The document of an event as it stands in the table, whether it can be read or not.

    `event` is None where it cannot be read (a broken event), and `errors` then say why. `due_at` is when the clock
    has something to do there, which it has not done while the event is broken.
    """

    event_id: str
    version: int
    text: str
    event: Event | None
    errors: tuple[FieldError, ...] = ()
    due_at: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The document; empty where the text is not even a JSON object in characters."""
        with suppress(ValueError, RecursionError):
            document = json.loads(self.text)
            json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no character
            return document if isinstance(document, dict) else {}
        return {}


def parse_document(event_id: str, version: int, text: str) -> StoredDocument:
    """Parse the text of an event's document as its model reads it, or say what is wrong with it."""
    try:
        event = Event.model_validate_json(text, context=STORED_CONTEXT)
    except ValidationError as error:
        return StoredDocument(event_id, version, text, None, build_field_errors(error))
    if event.id != event_id:
        return StoredDocument(event_id, version, text, None, (WRONG_ID,))
    return StoredDocument(event_id, version, text, event)


def find_id_errors(document: Mapping[str, Any], event_id: str) -> tuple[FieldError, ...]:
    """Find out whether the document has another id than that of the event that it is to be stored as."""
    return () if document.get("id") == event_id else (WRONG_ID,)


def dump_event(event: Event) -> dict[str, Any]:
    """Return the event's document, in JSON's types."""
    return event.model_dump(mode="json", exclude_none=True)


def serialize_event(event: Event) -> str:
    """Serialize the event's document as it stands in the table."""
    return json.dumps(dump_event(event), ensure_ascii=False)
