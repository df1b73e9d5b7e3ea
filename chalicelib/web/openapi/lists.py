"""The organisers' calls about the travel lists."""

from chalicelib.web.openapi.answers import DEADLINE, WRONG
from chalicelib.web.openapi.operations import CONFLICTS, EVENT, REFUSED, Paths, body, guarded, or_page
from chalicelib.web.openapi.words import MOMENT, TEXT, a_list, an_object, or_null, ref

_MANIFEST = an_object(manifest=ref("Manifest"))
_MANIFESTS = an_object(manifests=a_list(ref("Manifest")), deadlines=a_list(DEADLINE))
_ROOMS = an_object(shared_rooms=a_list(an_object(guests=a_list(TEXT), by=TEXT, at=MOMENT, reason=TEXT)))
_BOOKING = an_object(locator=or_null(TEXT), seat=or_null(TEXT))
_CHANGED = an_object(registration_id=TEXT, name=TEXT, flight=or_null(TEXT), before=_BOOKING, after=_BOOKING)
_BOOKED = an_object(changed={"type": "boolean"}, changes=a_list(_CHANGED), errors=a_list(WRONG))

PATHS: Paths = {
    f"{EVENT}/manifests": {
        "get": guarded(
            "All versions",
            {200: or_page(_MANIFESTS)},
            (401, 404),
        ),
        "post": guarded("Have one built", {200: _MANIFEST, 202: _MANIFEST, 303: None}, (401, 404, 503)),
    },
    f"{EVENT}/manifests/{{version}}": {"get": guarded("One version", {200: or_page(_MANIFEST)}, (401, 404))},
    f"{EVENT}/manifests/{{version}}/sent": {
        "post": guarded(
            "Say to whom it was sent",
            {200: _MANIFEST, 303: None},
            CONFLICTS,
            requestBody=body("Sending", form=True),
        )
    },
    f"{EVENT}/manifests/{{version}}/{{file}}": {"get": guarded("A file", {303: None}, (401, 404))},
    f"{EVENT}/shared-rooms": {
        "get": guarded("Who shares a room by an organiser's word", {200: _ROOMS}, (401, 404)),
        "post": guarded(
            "Let two share a room", {200: _ROOMS}, (*REFUSED, 422, 503), requestBody=body("SharedRoom")
        ),
    },
    f"{EVENT}/shared-rooms/{{registration_id}}": {
        "delete": guarded("Take such a decision back", {200: _ROOMS}, (401, 404, 503))
    },
    f"{EVENT}/bookings": {
        "post": guarded(
            "The airline's locators and seats: what a file would change, or change it",
            {200: _BOOKED},
            (*REFUSED, 422, 503),
            requestBody=body("BookingFile"),
        )
    },
}
