"""The problems of a request itself, whatever it is about."""

from chalicelib.language import N_
from chalicelib.problems import NotFound, Problem


class NotJson(Problem):
    """The body is no JSON object."""

    type, status = "not-json", 400
    title = N_("Not JSON")
    detail = N_("The body could not be read as a JSON object.")


class NotAForm(Problem):
    """The body is no URL-encoded form."""

    type, status = "not-a-form", 400
    title = N_("Not a form")
    detail = N_("The body could not be read as a form.")


class MethodNotAllowed(Problem):
    """The path has no route for the method."""

    type, status = "method-not-allowed", 405
    title = N_("Not possible here")
    detail = N_("This address does not take %(method)s.")


class UnsupportedMediaType(Problem):
    """The body has another media type than JSON or a form."""

    type, status = "unsupported-media-type", 415
    title = N_("Unsupported content type")
    detail = N_("Send application/json or application/x-www-form-urlencoded.")


class NothingInCalendar(NotFound):
    """The registration has no place, so there is no calendar file."""

    type = "nothing-in-calendar"
    title = N_("No calendar file")
    detail = N_("There is no calendar file for a registration that has no place.")


class TooQuick(Problem):
    """The form was sent sooner than a person can fill it in (minimum fill time)."""

    type, status = "too-quick", 422
    title = N_("That was very quick")
    detail = N_("Nothing is sent yet. Look through what you have filled in, and send it once more.")


class VersionNeeded(Problem):
    """A change of an event came without its version (optimistic locking)."""

    type, status = "version-needed", 428
    title = N_("Version needed")
    detail = N_("Say with If-Match which version of the event you are changing.")
