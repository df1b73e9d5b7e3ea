"""The HTTP interface: what anybody may ask is there from the start, the rest when it is first asked for.

Most starts are for somebody who registers, and what organisers do is far more than half of the code: whoever
registers does not wait for that to be imported.
"""

from functools import cache
from types import ModuleType
from typing import Any

from chalicelib.web.http.framework import Chalice
from chalicelib.web.http.routing import convert_method_not_allowed
from chalicelib.web.public import embed, events

app = Chalice(app_name="tilmelding")
app.register_middleware(convert_method_not_allowed, "http")


@cache
def _register_blueprint(module: ModuleType) -> None:
    app.register_blueprint(module.blueprint)


for part in (events, embed):
    _register_blueprint(part)


def _load_participant_modules() -> tuple[ModuleType, ...]:
    from chalicelib.web.participant import own_data, own_forms, registration

    return registration, own_forms, own_data


def _load_organiser_modules() -> tuple[ModuleType, ...]:
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


def _load_privacy_modules() -> tuple[ModuleType, ...]:
    from chalicelib.web.public import privacy

    return (privacy,)


#: What answers at addresses that begin with a word, where it is not there from the start.
LAZY_BLUEPRINTS = {
    "registrations": _load_participant_modules,
    "organiser": _load_organiser_modules,
    "privacy": _load_privacy_modules,
}


@cache
def load_blueprints(prefix: str) -> None:
    """Let the app answer at addresses that begin with the word; those of other words it knows from the start."""
    for part in LAZY_BLUEPRINTS[prefix]() if prefix in LAZY_BLUEPRINTS else ():
        _register_blueprint(part)


def answer(event: dict[str, Any], context: Any) -> Any:
    """The HTTP function: what the gateway calls, with a request that has found its route."""
    load_blueprints(event["requestContext"]["resourcePath"].split("/")[1])
    return app(event, context)
