"""The pages of whoever holds a registration's link: how it stands, changing it, cancelling it."""

from typing import Any

from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.language import Language
from chalicelib.links import qr_code, registration_links
from chalicelib.mail.letters.itinerary import itinerary
from chalicelib.problems import Problem
from chalicelib.programme.model import Event
from chalicelib.registration import changing
from chalicelib.registration.model import Places, Registration
from chalicelib.registration.offer_responses import last_answer
from chalicelib.registration.rules import settled_for
from chalicelib.web.forms import registration_form
from chalicelib.web.http import responses
from chalicelib.web.http.responses import PRIVATE, WITH_SCRIPT
from chalicelib.web.http.templating import render


def registration(
    request: Request,
    described: Event,
    registered: Registration,
    shown: dict[str, Any],
    others: list[dict[str, Any]],
    language: Language,
    *,
    mailed: bool,
) -> Response:
    """The participant's page, which keeps itself as things stand; `others` are those whom they have registered,
    `mailed` is whether they have just had the mail sent once more."""
    waited_for = (shown["waiting"] or {"for": ()})["for"]
    answer = _page(
        "participant/registration.html",
        described,
        registered,
        language,
        shown=shown,
        others=others,
        mailed=mailed,
        needed=[a.title.in_(language) for a in described.allotments if a.name in registered.needs],
        waited_for=[a.title.in_(language) for a in described.allotments if a.name in waited_for],
        days=itinerary(described, registered.needs, language) if registered.status == "confirmed" else (),
        offer_until=registered.offer_expires_at,
        settled=_settled(described, registered),
        last_answer=last_answer(registered),
        code=qr_code.svg(shown["links"]["self"]) if registered.status == "confirmed" else None,
    )
    answer.headers |= WITH_SCRIPT
    return responses.unless_known(request, answer)


def _settled(described: Event, registered: Registration) -> dict[str, dict[str, Any]]:
    """From when on only the organiser changes what is on the lists, and whether that is now."""
    settled = settled_for(described, registered)
    return {kind: {"at": at, "passed": clock.now() >= at} for kind, at in settled.items()}


def cancellation(described: Event, registered: Registration, language: Language) -> Response:
    """What cancelling means, asked before it is done."""
    return _page("participant/cancel.html", described, registered, language)


def erasure(described: Event, registered: Registration, language: Language) -> Response:
    """What deleting everything means, asked before it is done."""
    return _page("participant/erase.html", described, registered, language)


def erased(described: Event, language: Language) -> Response:
    """That everything is deleted."""
    return responses.page(render("participant/erased.html", language, event=described), headers=PRIVATE)


def change(
    described: Event,
    registered: Registration,
    places: Places,
    filled: dict[str, Any],
    language: Language,
    problem: Problem | None = None,
) -> Response:
    """The form to change a registration, filled in; with a problem, what is wrong."""
    refused = responses.problem_document(problem, language) if problem else None
    return _page(
        "participant/change.html",
        described,
        registered,
        language,
        status=problem.status if problem else 200,
        problem=refused,
        choices=_choices(described, registered, places, language),
        **registration_form.context(described, language, filled, refused),
    )


def _page(
    template: str,
    described: Event,
    registered: Registration,
    language: Language,
    status: int = 200,
    **shown: Any,
) -> Response:
    token = registration_links.token(described.id, registered.id)
    body = render(template, language, event=described, registration=registered, token=token, **shown)
    return responses.page(body, status=status, headers=PRIVATE)


def _choices(
    described: Event, registered: Registration, places: Places, language: Language
) -> list[dict[str, Any]]:
    """What the event has to choose from, and what this registration may do about each."""
    return [
        {
            "name": each.name,
            "title": each.title.in_(language),
            "left": places.left(each.name),
            "has": each.name in registered.needs,
            "may": _may(each.name, registered, places),
        }
        for each in described.optional
    ]


def _may(name: str, registered: Registration, places: Places) -> str:
    """`choose` what they have or is free, `wait` for what is not, if they have a place; otherwise nothing."""
    if name in registered.needs:
        return "choose"
    if name in registered.wishes:
        return "wait"
    if not changing.not_free(places, (name,)):
        return "choose"
    return "wait" if registered.status == "confirmed" else ""
