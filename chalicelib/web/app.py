"""The HTTP interface: what anybody may ask is there from the start, the rest when it is first asked for.

Most starts are for somebody who registers, and what organisers do is far more than half of the code: whoever
registers does not wait for that to be imported.
"""

from functools import cache
from types import ModuleType
from typing import Any

from chalice import Chalice

from chalicelib.web.http.routing import middleware
from chalicelib.web.public import embed, events

app = Chalice(app_name="tilmelding")
app.register_middleware(middleware, "http")


@cache
def _register(part: ModuleType) -> None:
    app.register_blueprint(part.blueprint)


for part in (events, embed):
    _register(part)


def _participants() -> tuple[ModuleType, ...]:
    from chalicelib.web.participant import own_data, own_forms, registration

    return registration, own_forms, own_data


def _organisers() -> tuple[ModuleType, ...]:
    from chalicelib.web.door import badges, catering, check_in
    from chalicelib.web.organiser import (
        activity_log,
        additions,
        allotments,
        event_form,
        events,
        holds,
        manifests,
        registration_actions,
        registrations,
        tasks,
    )
    from chalicelib.web.public import sign_in

    return (
        sign_in,
        events,
        event_form,
        allotments,
        registrations,
        registration_actions,
        holds,
        check_in,
        catering,
        badges,
        activity_log,
        tasks,
        manifests,
        additions,
    )


def _privacy() -> tuple[ModuleType, ...]:
    from chalicelib.web.public import privacy

    return (privacy,)


#: What answers at addresses that begin with a word, where it is not there from the start.
ON_DEMAND = {"registrations": _participants, "organiser": _organisers, "privacy": _privacy}


@cache
def bring(word: str) -> None:
    """Let the app answer at addresses that begin with the word; those of other words it knows from the start."""
    for part in ON_DEMAND[word]() if word in ON_DEMAND else ():
        _register(part)


def answer(event: dict[str, Any], context: Any) -> Any:
    """The HTTP function: what the gateway calls, with a request that has found its route."""
    bring(event["requestContext"]["resourcePath"].split("/")[1])
    return app(event, context)
