"""The HTTP interface: what anybody may ask is there from the start, the rest when it is first asked for.

Most starts are for somebody who registers, and what organisers do is far more than half of the code: whoever
registers does not wait for that to be imported.
"""

from functools import cache
from types import ModuleType
from typing import Any

from chalice import Chalice

from chalicelib.web import embed, public
from chalicelib.web.routing import middleware

app = Chalice(app_name="tilmelding")
app.register_middleware(middleware, "http")


@cache
def _register(part: ModuleType) -> None:
    app.register_blueprint(part.blueprint)


for part in (public, embed):
    _register(part)


def _participants() -> tuple[ModuleType, ...]:
    from chalicelib.web import own_data, own_forms, participant

    return participant, own_forms, own_data


def _organisers() -> tuple[ModuleType, ...]:
    from chalicelib.web import (
        additions,
        allotments,
        attendees,
        badges,
        catering,
        door,
        event_form,
        hand,
        holds,
        journal,
        manifests,
        organiser,
        own_data,
        sessions,
        todo,
    )

    return (
        sessions,
        organiser,
        event_form,
        allotments,
        attendees,
        hand,
        holds,
        door,
        catering,
        badges,
        journal,
        todo,
        manifests,
        additions,
        own_data,
    )


def _privacy() -> tuple[ModuleType, ...]:
    from chalicelib.web import privacy

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
