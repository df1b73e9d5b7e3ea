"""Samples for mail tests: facts, an overnight meeting, a traveller, and their letters and mails.

`python -m tests.mail.samples` writes the golden letters and mails anew; read the difference before keeping it.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.facts import (
    Accepted,
    Cancelled,
    Changed,
    Confirmed,
    Declined,
    DetailsAsked,
    Expired,
    Fact,
    Joined,
    LinkRequested,
    MailAsked,
    Offered,
    PlaceKept,
    Promoted,
    RegistrationFact,
    Reminded,
    Swapped,
    ToldOfChange,
    to_history_entry,
)
from chalicelib.language import LANGUAGES, Language
from chalicelib.mail.delivery.message import Envelope, Mailbox, build_message
from chalicelib.mail.delivery.sender import normalize_address
from chalicelib.mail.letters.calendar import CalendarFile, build_files_for_fact
from chalicelib.mail.letters.catalogue import build_letter
from chalicelib.mail.letters.context import LetterContext, Links
from chalicelib.mail.letters.letter import Letter, render_text
from chalicelib.mail.letters.not_me import build_wish_letter
from chalicelib.mail.letters.organisers import (
    build_manifest_ready_letter,
    build_returned_offer_letter,
    build_sign_in_letter,
)
from chalicelib.mail.letters.summaries import build_drawn_together_letter, build_links_letter
from chalicelib.programme import transactions
from chalicelib.programme.model import Event, Leg, Stay
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration
from chalicelib.registration.registering import Applicant, register
from testing.builders import attendee, event, registration

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2019, 11, 1, 7, 0, 30, tzinfo=UTC)
AT = "2019-11-01T07:00:00.000000Z"
EXPIRES_AT = "2019-11-02T07:00:30.000000Z"
LINK = "https://tilmelding.example/registrations/the-token"
LINKS = Links(
    LINK,
    "https://tilmelding.example/views/the-token",
    "https://tilmelding.example/codes/THE-CODE",
    "https://tilmelding.example/privacy?event=doegnmoede-bornholm",
)
ALL_NEEDS = ("place", "flight_out", "transfer_out", "single_room", "transfer_home", "flight_home")

#: Written into every field that no mail may show.
SECRET = "hemmelig"  # pragma: allowlist secret - a word to be searched for


def bilingual(da: str, en: str) -> dict[str, str]:
    return {"da": da, "en": en}


def _allotment(name: str, da: str, en: str) -> dict[str, Any]:
    return {"name": name, "title": bilingual(da, en), "capacity": 13}


def _leg(
    name: str, kind: str, title: dict[str, str], way: tuple[str, str], when: tuple[str, str]
) -> dict[str, Any]:
    number = {"number": "DX123"} if kind == "flight" else {}
    return {
        "name": name,
        "kind": kind,
        "title": title,
        "carrier": "DAT" if kind == "flight" else "Allinge Turist",
        **number,
        "origin": way[0],
        "destination": way[1],
        "departs": when[0],
        "arrives": when[1],
    }


def overnight_meeting(**changes: Any) -> Event:
    """Two days on Bornholm: flights, buses, a room, meals and talks."""
    to_hotel = _leg(
        "transfer_out",
        "bus",
        bilingual("Bus til hotellet", "Bus to the hotel"),
        ("Rønne Lufthavn", "Allinge"),
        ("2020-08-25T08:15", "2020-08-25T08:50"),
    )
    return event(
        "doegnmoede-bornholm",
        **{
            "title": bilingual("Døgnmøde på Bornholm", "Overnight meeting on Bornholm"),
            "starts_at": "2020-08-25T09:30",
            "ends_at": "2020-08-26T11:00",
            "venue": {"name": "Grønbechs Hotel", "address": "Vinkelstræde 2, 3770 Allinge"},
            "allotments": [
                _allotment("place", "Plads på mødet", "Place at the meeting"),
                _allotment("flight_out", "Fly ud", "Flight out"),
                _allotment("transfer_out", "Bus til hotellet", "Bus to the hotel"),
                _allotment("single_room", "Enkeltværelse", "Single room"),
                _allotment("shared_bed", "Seng i delt værelse", "Bed in a shared room"),
                _allotment("transfer_home", "Bus til lufthavnen", "Bus to the airport"),
                _allotment("flight_home", "Fly hjem", "Flight home"),
            ],
            "legs": [
                _leg(
                    "flight_out",
                    "flight",
                    bilingual("Fly til Bornholm", "Flight to Bornholm"),
                    ("København", "Rønne"),
                    ("2020-08-25T07:10", "2020-08-25T07:45"),
                ),
                to_hotel | {"meeting_point": bilingual("Foran ankomsthallen", "Outside arrivals")},
                _leg(
                    "flight_home",
                    "flight",
                    bilingual("Fly til København", "Flight to Copenhagen"),
                    ("Rønne", "København"),
                    ("2020-08-26T13:00", "2020-08-26T13:35"),
                ),
            ],
            "stays": [
                {
                    "name": "single_room",
                    "title": bilingual("Enkeltværelse", "Single room"),
                    "hotel": "Grønbechs Hotel",
                    "beds": 1,
                    "check_in": "2020-08-25T15:00",
                    "check_out": "2020-08-26T11:00",
                }
            ],
            "meals": [
                {"name": "lunch", "title": bilingual("Frokost", "Lunch"), "starts_at": "2020-08-25T12:30"},
                {
                    "name": "breakfast",
                    "title": bilingual("Morgenmad", "Breakfast"),
                    "starts_at": "2020-08-26T08:00",
                },
            ],
            "sessions": [
                {
                    "title": bilingual("Første oplæg", "First talk"),
                    "starts_at": "2020-08-25T10:00",
                    "speakers": ["Peter Holm"],
                },
                {"title": bilingual("Bar", "Bar")},
            ],
            **changes,
        },
    )


def traveller(language: Language = "da", **changes: Any) -> Registration:
    """A registration with every unit, and with details that no mail may show."""
    travel = {
        "name_on_id": {"given": SECRET, "family": SECRET},
        "special_assistance": ["WCHR"],
        "share_with": SECRET,
        "emergency_contact": {"name": SECRET, "phone": "+4533112233"},
    }
    dietary = {"meals": ["kosher"], "allergens": ["molluscs"], "note": SECRET, "consent": True}
    who = attendee(language=language, phone="20 12 34 56", travel=travel, dietary=dietary)
    return registration(who, "doegnmoede-bornholm", **{"needs": ALL_NEEDS, **changes})


def offering_meeting() -> Event:
    """The meeting, with a waitlist that offers places."""
    return overnight_meeting(waitlist={"mode": "offer"})


def traveller_once_offered(language: Language = "da", **changes: Any) -> Registration:
    """A registration that joined the waitlist and was offered its units."""
    who = traveller(language)
    return traveller(language, **{"history": build_history(joined(who), offered(who)), **changes})


def traveller_with_offer(language: Language = "da") -> Registration:
    """A registration with an offer that stands."""
    return traveller_once_offered(language, status="offered", offer_expires_at=datetime.fromisoformat(EXPIRES_AT))


def confirmed(who: Registration, needs: tuple[str, ...] | None = None) -> Confirmed:
    return Confirmed(**build_fact_fields(who, 1), needs=needs or who.needs)


def promoted(who: Registration, revision: int = 2) -> Promoted:
    return Promoted(**build_fact_fields(who, revision), needs=who.needs)


def joined(who: Registration, waiting_for: tuple[str, ...] = ("single_room",)) -> Joined:
    return Joined(**build_fact_fields(who, 1), needs=who.needs, waiting_for=waiting_for)


def offered(who: Registration, revision: int = 2) -> Offered:
    return Offered(**build_fact_fields(who, revision), needs=who.needs, expires_at=EXPIRES_AT)


def accepted(who: Registration) -> Accepted:
    return Accepted(**build_fact_fields(who, 3), needs=who.needs)


def declined(who: Registration) -> Declined:
    return Declined(**build_fact_fields(who, 3), needs=who.needs)


def place_kept(who: Registration, waiting_for: tuple[str, ...] = ("single_room",)) -> PlaceKept:
    return PlaceKept(**build_fact_fields(who, 3), needs=who.needs, waiting_for=waiting_for)


def expired(who: Registration) -> Expired:
    return Expired(**build_fact_fields(who, 3), needs=who.needs)


def cancelled(who: Registration, was: str = "confirmed", by: str = "participant", revision: int = 2) -> Cancelled:
    return Cancelled(**build_fact_fields(who, revision), was=was, needs=who.needs, by=by)


def link_requested(who: Registration) -> LinkRequested:
    return LinkRequested(event_id=who.event_id, at=AT, registration_id=who.id, request_id="r1")


def changed(who: Registration) -> Changed:
    """They gave a room up for a bed and wait for the flight home."""
    needs = tuple(name for name in ALL_NEEDS if name not in ("single_room", "flight_home"))
    fields = ("given_name", "family_name", "dietary", "needs", "wait_for")
    return Changed(
        **build_fact_fields(who, 2),
        fields=fields,
        status="confirmed",
        needs=(*needs, "shared_bed"),
        gave=("single_room", "flight_home"),
        waiting_for=("flight_home",),
    )


def swapped(who: Registration) -> Swapped:
    return Swapped(**build_fact_fields(who, 3), needs=ALL_NEEDS, took=("single_room",), gave=("shared_bed",))


def told_of_change(who: Registration, revision: int = 2, **was: Any) -> ToldOfChange:
    """The meeting was a day earlier and elsewhere."""
    before = {
        "was_starts_at": "2020-08-24T09:30:00+02:00",
        "was_ends_at": "2020-08-25T11:00:00+02:00",
        "was_venue": "Hotel Allinge",
        "was_address": "Allinge",
    }
    return ToldOfChange(**build_fact_fields(who, revision), version=2, **before | was)


def told_of_travel(who: Registration) -> ToldOfChange:
    """Their flight out went later, there was no bus yet, the room was elsewhere, and they went home by ferry."""
    meeting = overnight_meeting()
    flight, _bus, home = meeting.legs
    ferry = {"carrier": "Bornholmslinjen", "number": None, "origin": "Rønne Havn", "destination": "Køge"}
    was_legs = {
        "flight_out": dump_part(flight, departs="2020-08-25T08:00:00+02:00", arrives="2020-08-25T08:35:00+02:00"),
        "transfer_out": {},
        "flight_home": dump_part(home, **ferry),
        "boat": dump_part(flight, name="boat"),  # not one of their needs
    }
    was_stays = {"single_room": dump_part(meeting.stays[0], hotel="Hotel Allinge")}
    return ToldOfChange(**build_fact_fields(who, 2), version=2, was_legs=was_legs, was_stays=was_stays)


def dump_part(part: Leg | Stay, **changes: Any) -> dict[str, Any]:
    """A leg or a stay as it stands in an event's document."""
    return part.model_dump(mode="json", exclude_none=True) | changes


def reminded(who: Registration, revision: int = 2) -> Reminded:
    return Reminded(**build_fact_fields(who, revision), days=3, starts_on="2020-08-25")


def details_asked(who: Registration, revision: int = 2) -> DetailsAsked:
    return DetailsAsked(**build_fact_fields(who, revision))


def mail_asked(who: Registration, revision: int = 2) -> MailAsked:
    return MailAsked(**build_fact_fields(who, revision), by="participant")


def traveller_without_details(language: Language = "da") -> Registration:
    """A registration that travels, without the details that travelling needs."""
    return replace(traveller(language), attendee=attendee(language=language))


def build_fact_fields(who: Registration, revision: int) -> dict[str, Any]:
    return {"event_id": who.event_id, "at": AT, "registration_id": who.id, "revision": revision}


def build_sample_fact(name: str, who: Registration) -> Fact:
    """The fact of the letter of that name."""
    samples: dict[str, Fact] = {
        "confirmed": confirmed(who),
        "confirmed-by-a-colleague": confirmed(who),
        "promoted": promoted(who),
        "joined": joined(who),
        "joined-for-an-offer": joined(who),
        "offered": offered(who),
        "accepted": accepted(who),
        "declined": declined(who),
        "place-kept": place_kept(who),
        "expired": expired(who),
        "cancelled": cancelled(who),
        "cancelled-by-organiser": cancelled(who, by="organiser"),
        "cancelled-waiting": cancelled(who, was="waiting"),
        "cancelled-waiting-by-organiser": cancelled(who, was="waiting", by="organiser"),
        "cancelled-offered": cancelled(who, was="offered", revision=3),
        "cancelled-offered-by-organiser": cancelled(who, was="offered", by="organiser", revision=3),
        "link-requested": link_requested(who),
        "changed": changed(who),
        "swapped": swapped(who),
        "told-of-change": told_of_change(who),
        "told-of-change-waiting": told_of_change(who),
        "told-of-change-travel": told_of_travel(who),
        "told-of-change-offered": told_of_change(who, 3),
        "reminded": reminded(who),
        "details-asked": details_asked(who),
    }
    return samples[name]


FACT_LETTERS = (
    "confirmed",
    "promoted",
    "joined",
    "joined-for-an-offer",
    "confirmed-by-a-colleague",
    "offered",
    "accepted",
    "declined",
    "place-kept",
    "expired",
    "cancelled",
    "cancelled-by-organiser",
    "cancelled-waiting",
    "cancelled-waiting-by-organiser",
    "cancelled-offered",
    "cancelled-offered-by-organiser",
    "link-requested",
    "changed",
    "swapped",
    "told-of-change",
    "told-of-change-waiting",
    "told-of-change-travel",
    "told-of-change-offered",
    "reminded",
    "details-asked",
)

#: The samples of registrations that never waited.
NEVER_WAITED = (
    "confirmed",
    "confirmed-by-a-colleague",
    "cancelled",
    "cancelled-by-organiser",
    "link-requested",
    "changed",
    "swapped",
    "told-of-change",
    "told-of-change-travel",
    "reminded",
    "details-asked",
)
NUMBERED = ("joined", "joined-for-an-offer", "place-kept")
OF_OFFERS = ("joined-for-an-offer", "offered", "accepted", "declined", "place-kept", "expired")
TO_ORGANISER = ("sign-in", "returned-offer", "manifest-ready")
#: Letters to participants about several registrations, or about none.
SUMMARIES = ("links-asked", "mails-drawn-together", "wish-to-come")
LETTERS = [(name, language) for name in (*FACT_LETTERS, *SUMMARIES, *TO_ORGANISER) for language in LANGUAGES]


def meeting_for(name: str) -> Event:
    """The meeting; in the letters about offers, one that makes them."""
    return offering_meeting() if name in (*OF_OFFERS, "returned-offer") else overnight_meeting()


def registration_for(name: str, language: Language) -> Registration:
    """The registration that the letter of that name is about."""
    if name == "details-asked":
        return traveller_without_details(language)
    if name == "confirmed-by-a-colleague":
        return traveller(language, leader_id="the-leader")
    if name in ("told-of-change-offered", "returned-offer"):
        return traveller_with_offer(language)
    if name == "told-of-change-waiting":
        return traveller(language, status="waiting")
    return traveller(language) if name in NEVER_WAITED else traveller_once_offered(language)


def sample(name: str, language: Language) -> Letter:
    """The letter of that name."""
    return letter_about(name, meeting_for(name), registration_for(name, language), language)


def letter_about(name: str, meeting: Event, who: Registration, language: Language) -> Letter:
    """The letter of that name, about these; a waiting registration is number 3 in line."""
    organisers = "https://tilmelding.example/organiser"
    if name in SUMMARIES:
        return _build_summary(name, meeting, who, language)
    if name == "sign-in":
        return build_sign_in_letter(f"{organisers}/sign-in?token=the-token", 30, language)
    if name == "returned-offer":
        return build_returned_offer_letter(meeting, who, organisers, language)
    if name == "manifest-ready":
        return build_manifest_ready_letter(meeting, 3, organisers, language)
    leader = "Karen Blixen-Finecke" if who.leader_id else ""
    position = 3 if name in NUMBERED else None
    return build_letter(LetterContext(meeting, who, LINKS, position, leader), build_sample_fact(name, who))


def _build_summary(name: str, meeting: Event, who: Registration, language: Language) -> Letter:
    if name == "wish-to-come":
        return build_wish_letter(meeting, LINK, language)
    waiting, other = replace(who, status="waiting"), event(title=bilingual("Årsmøde", "Annual meeting"))
    contexts = [LetterContext(meeting, who, LINKS), LetterContext(other, waiting, LINKS, 3)]
    return build_links_letter(contexts) if name == "links-asked" else build_drawn_together_letter(contexts)


def letter_with_note(language: Language) -> Letter:
    """A confirmation with an organiser's note and long words, also in the name."""
    text = "Husk " + "gummistøvler" * 30 + "\n\nhttps://example.org/" + "x" * 300
    event = overnight_meeting(notes={"confirmed": bilingual(text, text)})
    who = replace(
        traveller(language), attendee=attendee("Ø" * 100, "Å" * 100, email="a@example.org", language=language)
    )
    return build_letter(LetterContext(event, who, LINKS), confirmed(who))


def publish_and_register(event: Event, attendee: Attendee) -> Registration:
    """Publish the event and register the attendee for all of ALL_NEEDS that it has."""
    transactions.create(event, AT)
    chosen = tuple(name for name in ALL_NEEDS if event.find_allotment(name))
    return register(event, Applicant(traveller().id, attendee, chosen), "made-by-a-test", NOW)


def sample_mail(name: str, language: Language) -> bytes:
    """The whole mail of that name, as SES gets it."""
    return mail_about(name, meeting_for(name), registration_for(name, language), language)


def mail_about(name: str, meeting: Event, who: Registration, language: Language) -> bytes:
    """The whole mail of that name, about these."""
    to, invitations, contact = Mailbox("", "organiser@network.example"), tuple[CalendarFile, ...](), None
    if name in FACT_LETTERS:
        to = Mailbox(who.attendee.name, normalize_address(who.attendee.email))
        contact = Mailbox(meeting.contact.name, normalize_address(meeting.contact.email))
        invitations = build_files_for_fact(LetterContext(meeting, who, LINKS), build_sample_fact(name, who), NOW)
    envelope = Envelope(
        Mailbox.parse("Tilmelding <tilmelding@network.example>"), to, contact, f"{name}.{language}"
    )
    return build_message(letter_about(name, meeting, who, language), envelope, invitations, NOW)


def format_golden(written: Letter) -> str:
    return f"Subject: {written.subject}\n\n{render_text(written)}"


def build_history(*happened: RegistrationFact) -> tuple[dict[str, Any], ...]:
    return tuple(to_history_entry(fact) for fact in happened)


if __name__ == "__main__":
    for name, language in LETTERS:
        (GOLDEN / f"{name}.{language}.txt").write_text(format_golden(sample(name, language)))
        (GOLDEN / f"{name}.{language}.eml").write_bytes(sample_mail(name, language))
