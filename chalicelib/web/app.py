"""The HTTP interface: public routes are registered from the start, the others when the first request needs them.

Most cold starts are for a participant who registers, and more than half of the code is for organisers: registering
does not wait for its import.
"""

from functools import cache
from types import ModuleType
from typing import Any

from chalicelib.web.http.framework import Chalice, Request
from chalicelib.web.http.routing import convert_method_not_allowed, respond_not_found
from chalicelib.web.public import embed, events

#: The gateway's path for every URL that no route has (infra/gateway.yaml).
UNKNOWN_PATH = "/{proxy+}"

app = Chalice(app_name="tilmelding")
app.register_middleware(convert_method_not_allowed, "http")


@cache
def _register_blueprint(module: ModuleType) -> None:
    app.register_blueprint(module.blueprint)


#: The modules whose routes are there from the start.
_PUBLIC_MODULES = (events, embed)
for public_module in _PUBLIC_MODULES:
    _register_blueprint(public_module)


def _load_participant_modules() -> tuple[ModuleType, ...]:
    from chalicelib.web.participant import not_me, own_data, own_forms, party, registration, views

    return registration, own_forms, own_data, party, not_me, views


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
        versions,
    )
    from chalicelib.web.public import own_sessions, sign_in

    return (
        sign_in,
        own_sessions,
        events,
        event_form,
        versions,
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


def _load_links_module() -> tuple[ModuleType, ...]:
    from chalicelib.web.public import links

    return (links,)


def _load_privacy_modules() -> tuple[ModuleType, ...]:
    from chalicelib.web.public import privacy

    return (privacy,)


def _load_description() -> tuple[ModuleType, ...]:
    from chalicelib.web import openapi

    return (openapi,)


#: The loader of the modules whose routes begin with a prefix, unless they are there from the start.
LAZY_BLUEPRINTS = {
    **dict.fromkeys(("registrations", "views", "codes"), _load_participant_modules),
    "organiser": _load_organiser_modules,
    "links": _load_links_module,
    "privacy": _load_privacy_modules,
    "openapi.json": _load_description,
}


@cache
def load_blueprints(prefix: str) -> None:
    """Register the routes whose path begins with the prefix, unless they are there from the start."""
    for module in LAZY_BLUEPRINTS[prefix]() if prefix in LAZY_BLUEPRINTS else ():
        _register_blueprint(module)


def import_all() -> list[ModuleType]:
    """Import all modules with routes, without registering them."""
    return [*_PUBLIC_MODULES, *(module for load in LAZY_BLUEPRINTS.values() for module in load())]


def answer(event: dict[str, Any], context: Any) -> Any:
    """Answer a request from API Gateway; the entry point of the HTTP function."""
    path = event["requestContext"]["resourcePath"]
    if path == UNKNOWN_PATH:
        return respond_not_found(Request(event, context)).to_dict()
    load_blueprints(path.split("/")[1])
    return app(event, context)
