"""The errors of the domain, each with its problem type (RFC 9457).

Titles and details are messages in English, which the web layer translates. Errors of a request alone are the web
layer's own (`web/http/problems.py`).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from chalicelib.language import N_, Language

#: A value in a sentence; of what has a name in each language, that name, so that the reader's own can be chosen.
Parameter = str | int | Mapping[Language, str]


def localize(parameters: Mapping[str, Parameter], language: Language) -> dict[str, str | int]:
    """Return the parameters of a sentence in the reader's language."""
    return {name: value if isinstance(value, str | int) else value[language] for name, value in parameters.items()}


@dataclass(frozen=True)
class FieldError:
    """An invalid field: its dotted path, a stable code, and a message with its parameters.

    A parameter that is a text of an event has its words by language.
    """

    field: str
    code: str
    message: str
    parameters: Mapping[str, Parameter] = dataclasses.field(default_factory=dict)
    allowed: tuple[str, ...] = ()  #: the values that programs may send instead


class Problem(Exception):
    """An error that the API reports to its caller; each subclass is a problem type."""

    type = "problem"
    status = 500
    title = N_("Something went wrong")
    detail = N_("Something went wrong on our side. Please try again.")
    headers: tuple[tuple[str, str], ...] = ()
    extensions: Mapping[str, Any] = {}  #: further members of the problem document

    def __init__(self, *, errors: tuple[FieldError, ...] = (), **parameters: Parameter) -> None:
        super().__init__(self.type)
        self.errors = errors
        self.parameters = parameters


class NotFound(Problem):
    """Nothing is at this URL."""

    type, status = "not-found", 404
    title = N_("Not found")
    detail = N_("There is nothing at this address.")


class EventNotFound(NotFound):
    """No event has this id."""

    type = "event-not-found"
    title = N_("No such event")
    detail = N_("There is no event called “%(event_id)s”.")


class EventUnavailable(EventNotFound):
    """The event cannot be shown in public now, because its stored document is broken."""

    title = N_("Not to be seen just now")
    detail = N_("This event cannot be shown just now. Nothing is lost: please look again later.")


class EventBroken(Problem):
    """The stored document of the event cannot be read; `errors` say why. Callers who are not signed in get
    EventUnavailable instead."""

    type, status = "event-broken", 409
    title = N_("The event cannot be read")
    detail = N_(
        "What is stored of the event “%(event_id)s” cannot be read, so it is not shown in public, and no mail"
        " is sent. All registrations are kept. Correct what is named here and save it, or go back to an"
        " earlier version."
    )

    def __init__(self, *, errors: tuple[FieldError, ...], event_id: str, version: int) -> None:
        super().__init__(errors=errors, event_id=event_id)
        self.event_id = event_id
        self.headers = (("ETag", f'"{version}"'),)


class LinkNotValid(NotFound):
    """The token of a link was not signed with one of our keys, or is outdated."""

    type = "link-not-valid"
    title = N_("The link is not valid")
    detail = N_("This link is not valid. Use the link from your latest mail about the event.")


class OpenTheMailedLink(Problem):
    """The answer's link opens the status alone, since more than what came through it is in the registration."""

    type, status = "open-the-mailed-link", 403
    title = N_("Open the link in your mail")
    detail = N_(
        "This registration was changed by its own link or by the organiser, so this link shows no more than how it"
        " stands. Open the link in your mail, or have it sent to you once more."
    )


class PostedForOthers(OpenTheMailedLink):
    """The link is that of a person who registered others, and not themselves."""

    detail = N_(
        "You have registered others with this link: it can cancel for them and correct their addresses, and no"
        " more. Each of them has a mail with a link of their own."
    )


class InOwnHands(Problem):
    """The participant has used their own link since, so the person who registered them changes nothing more."""

    type, status = "in-own-hands", 403
    title = N_("They look after it themselves now")
    detail = N_(
        "This person has used the link in their own mail since, or the organiser has changed their registration."
        " So only they and the organiser can change it now."
    )


class TooLarge(Problem):
    """The body of a request, or a document, exceeds the limit in bytes."""

    type, status = "too-large", 413
    title = N_("Too large")
    detail = N_("The body is larger than %(limit)s bytes.")


class InvalidFields(Problem):
    """Some fields are invalid; `errors` names them."""

    type, status = "invalid-fields", 422
    title = N_("Some fields need attention")
    detail = N_("Please correct the fields named below and send again.")


class OnlyThePerson(InvalidFields):
    """Among the invalid fields is health data that only the person may tell; `errors` names all of them."""

    type = "only-the-person"
    title = N_("Only the person can tell this")
    detail = N_(
        "Food, assistance on the journey and the consent to keep them are told by the person alone. Please correct"
        " the fields named below and send again."
    )


class RegistrationClosed(Problem):
    """Registration for the event is not open now."""

    type, status = "registration-closed", 409
    title = N_("Registration is closed")
    detail = N_("Registration for this event is not open now.")


class AlreadyRegistered(Problem):
    """The address is registered already; its link is sent to it."""

    type, status = "already-registered", 409
    title = N_("Already registered")
    detail = N_("This address is already registered. The link to the registration has been sent to it by mail.")


class AddressIsTaken(AlreadyRegistered):
    """The address to which a registration was to be corrected is registered already; nothing is sent to it."""

    detail = N_("This address is already registered for the event, so nothing was changed.")


class NoOffer(Problem):
    """Nothing is offered to the registration."""

    type, status = "no-offer", 409
    title = N_("There is no offer")
    detail = N_("Nothing is offered to this registration now. Its page says how it stands.")


class OfferExpired(Problem):
    """The offer's deadline has passed."""

    type, status = "offer-expired", 409
    title = N_("The offer has ended")
    detail = N_(
        "The time to answer is over, and the place has gone to the next in line."
        " You are welcome to register again."
    )


class NotFree(Problem):
    """Too few units are free."""

    type, status = "not-free", 409
    title = N_("Not free")
    detail = N_("There is none left for you just now: %(allotments)s.")


class NotHeld(Problem):
    """Too few units are held under that name."""

    type, status = "not-held", 409
    title = N_("Not held")
    detail = N_("Not enough is set aside under the name “%(hold)s”.")


class NotWaiting(Problem):
    """The registration waits for nothing."""

    type, status = "not-waiting", 409
    title = N_("Not in line")
    detail = N_("This registration waits for nothing.")


class NoPlace(Problem):
    """The registration has no place at the event."""

    type, status = "no-place", 409
    title = N_("No place")
    detail = N_("This registration has no place at the event: it waits, is offered one, or is cancelled.")


class RegistrationIsCancelled(Problem):
    """The registration is cancelled."""

    type, status = "registration-cancelled", 409
    title = N_("The registration is cancelled")
    detail = N_("This registration is cancelled. You are welcome to register again.")


class EventOver(Problem):
    """The event is over: attendance is a record, and is not cancelled any more."""

    type, status = "event-over", 409
    title = N_("The event is over")
    detail = N_(
        "The event is over, so there is nothing left to cancel. Everything about the participant can still be"
        " deleted."
    )


class IsCheckedIn(Problem):
    """The participant has come; the check-in must be undone before the registration can be cancelled."""

    type, status = "checked-in", 409
    title = N_("Already checked in")
    detail = N_(
        "A participant who is checked in cannot be cancelled. If the check-in was a mistake, an organiser or the"
        " staff at the door undoes it first."
    )


class ChangedMeanwhile(Problem):
    """The registration was changed since the form was shown (lost update); `errors` has both values."""

    type, status = "changed-meanwhile", 409
    title = N_("Changed in the meantime")
    detail = N_(
        "The registration was changed after this form was opened: in another window, or by an organiser. Look at"
        " what stands there now, and send the form once more for what is to stand."
    )


class AnswerFirst(Problem):
    """An open offer must be answered before anything else is changed."""

    type, status = "answer-first", 409
    title = N_("An offer waits for its answer")
    detail = N_("A place is offered to this registration. Answer the offer first, then change what you need.")


class WaitsAlready(Problem):
    """The registration is on the waitlist for all that it needs."""

    type, status = "waits-already", 409
    title = N_("On the waitlist already")
    detail = N_("This registration waits for all that it needs. Change its needs instead.")


class ListsAreOut(Problem):
    """Only the organiser can change these fields now; `errors` names them."""

    type, status = "lists-are-out", 409
    title = N_("The lists are with airline and hotel")
    detail = N_(
        "It is too late to change this yourself. Write to %(name)s at %(email)s: they can still change it."
    )


class WantsNoMail(Problem):
    """The participant has complained about a mail, so the organiser cannot have one sent."""

    type, status = "wants-no-mail", 409
    title = N_("They want no mail")
    detail = N_(
        "They have marked a mail as unwanted, so no more than they ask for is sent. They can have the mail sent"
        " from their own page; otherwise reach them another way."
    )


class ManifestNotReady(Problem):
    """That version of the lists has no files yet."""

    type, status = "manifest-not-ready", 409
    title = N_("The lists are not ready")
    detail = N_("Version %(version)s of the lists has no files yet, so it cannot have been sent.")


class TooBusy(Problem):
    """Too much contention; nothing was written, and the same request may be sent again."""

    type, status = "too-busy", 503
    title = N_("Too busy just now")
    detail = N_("Many people are registering just now. Nothing is lost: please try again in a moment.")
    headers = (("Retry-After", "2"),)


class LimitReached(Problem):
    """A rate limit is reached, for `retry_after` more seconds; nothing was written."""

    type, status = "limit-reached", 429
    title = N_("That was often")
    detail = N_("This cannot be done more often just now. Please try again in %(minutes)s minutes.")

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after  #: seconds
        super().__init__(minutes=ceil(retry_after / 60))
        self.headers = (("Retry-After", str(retry_after)),)


class TooSoon(LimitReached):
    """The mail was sent within the last hour."""

    type = "too-soon"
    title = N_("You have just had it")
    detail = N_("The mail was sent within the last hour. Look among unwanted mails too, or try again later.")


class ChangedTooOften(LimitReached):
    """The registration was changed as often as it may be in an hour."""

    type = "changed-too-often"
    title = N_("Changed many times in a short while")
    detail = N_(
        "This registration has been changed so often within the last hour that it takes no more changes just now."
        " Nothing is lost: please try again in %(minutes)s minutes."
    )


class TooManyRegistrations(LimitReached):
    """One network has registered as often as it may."""

    type = "too-many-registrations"
    title = N_("Many have registered from where you are")
    detail = N_(
        "So many registrations for this event have come from your network that we take no more from there for now."
        " Nothing is lost: try again in %(minutes)s minutes, or from another network. If many of you register from"
        " one office, the organiser can let more through."
    )


class TooManySignIns(LimitReached):
    """Too many sign-in links were asked for; the answer is the same for an organiser's address and any other."""

    type = "too-many-sign-ins"
    title = N_("Links were asked for several times")
    detail = N_(
        "Sign-in links were asked for several times within the last half hour, so no more are sent just now. If"
        " this is an organiser’s address, the latest link in its mailbox still works. Otherwise try again in"
        " %(minutes)s minutes."
    )


class SignInNeeded(Problem):
    """The caller is not signed in, or no longer."""

    type, status = "sign-in-needed", 401
    title = N_("Sign-in needed")
    detail = N_("Sign in to see this.")
    headers = (("WWW-Authenticate", 'Bearer realm="organiser"'),)


class SignInLinkNotValid(SignInNeeded):
    """The sign-in link is used, has expired, or is none of ours."""

    title = N_("The sign-in link no longer works")
    detail = N_("A sign-in link works once, and for half an hour. Ask for a new one, and use the latest mail.")


class NotAllowed(Problem):
    """The caller is signed in, in another role than the route takes."""

    type, status = "not-allowed", 403
    title = N_("Not yours to see")
    detail = N_("You are signed in, but this is for others. An organiser can tell you more.")


class VersionOutdated(Problem):
    """The event has a newer version than the one that was to be changed (lost update)."""

    type, status = "version-outdated", 412
    title = N_("Changed in the meantime")
    detail = N_("Somebody else has changed this event since you read it. Read it again and repeat your change.")


class BelowTaken(Problem):
    """A capacity would fall below what is taken, and that was not confirmed."""

    type, status = "below-taken", 409
    title = N_("More are taken than that")
    detail = N_(
        "%(taken)s of %(allotment)s are taken, which is more than %(capacity)s."
        " Send “confirm”: true to lower it all the same."
    )


class BelowHeld(Problem):
    """A capacity would fall below what is held."""

    type, status = "below-held", 409
    title = N_("More are held than that")
    detail = N_(
        "%(held)s of %(allotment)s are set aside, which is more than %(capacity)s."
        " Lower or remove the holds first."
    )


class WouldDelete(Problem):
    """The change would soon delete personal data, and that was not confirmed.

    `would_delete` has each stage of retention with the number of participants whose data it deletes, and the
    moment at which it does (ISO 8601).
    """

    type, status = "would-delete", 409
    title = N_("This would delete what is held about people")
    detail = N_(
        "With these dates, what is held about %(people)s people would be deleted on %(at)s or soon after. If that"
        " is meant, send the same again with ?confirm=true."
    )

    detail_without_people = N_(
        "With these dates, lists, bookings or parts of the activity log would be deleted on %(at)s or soon after."
        " If that is meant, send the same again with ?confirm=true."
    )

    def __init__(self, would_delete: Sequence[Mapping[str, Any]], people: int, at: str) -> None:
        super().__init__(people=people, at=at)
        self.detail = self.detail if people else self.detail_without_people
        self.extensions = {"would_delete": [dict(stage) for stage in would_delete]}


class AllotmentInUse(Problem):
    """An allotment that is taken, held or waited for cannot be removed."""

    type, status = "allotment-in-use", 409
    title = N_("The allotment is in use")
    detail = N_("%(allotment)s cannot be removed while somebody has it, waits for it or holds it.")
