"""Register a participant, read the registration and cancel it, with the generated Python client."""

import json
import sys

from generated import Client
from generated.api.events import register
from generated.api.registration import cancel_registration, get_registration
from generated.models import NewRegistration, OneRegistration, Registered


def register_read_and_cancel(base_url: str, event_id: str) -> list[str]:
    """Return the status after each of the three calls."""
    client = Client(base_url=base_url)
    person = NewRegistration(given_name="Bo", family_name="Berg", email="bo@example.org", privacy_accepted=True)
    registered = register.sync(event_id, client=client, body=person)
    assert isinstance(registered, Registered), registered
    token = registered.registration.links.self_.rpartition("/")[2]
    current = get_registration.sync(token, client=client)
    assert isinstance(current, OneRegistration), current
    cancelled = cancel_registration.sync(token, client=client)
    assert isinstance(cancelled, OneRegistration), cancelled
    return [each.registration.status.value for each in (registered, current, cancelled)]


print(json.dumps(register_read_and_cancel(sys.argv[1], sys.argv[2])))  # noqa: T201 - read by the test
