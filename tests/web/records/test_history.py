"""A registration's history in words."""

from typing import Any

import pytest

from chalicelib import facts
from chalicelib.facts import RegistrationFact
from chalicelib.language import LANGUAGES
from chalicelib.registration.attendee import Attendee
from chalicelib.web.records.history import build_history, format_entry
from testing import builders

pytestmark = pytest.mark.usefixtures("aws")

AT = "2019-11-01T07:00:00.000000Z"
UNTIL = "2019-11-02T07:00:00.000000Z"
BY = {"organiser": "o@network.example", "reason": "because"}

#: What happened, and how it is said.
SAID: list[tuple[str, dict[str, Any], str, str]] = [
    ("confirmed", {"needs": ["place", "bus"]},
     "Registered and confirmed: Place, Bus.",
     "Tilmeldt og bekræftet: Plads, Bus."),
    ("joined", {"waiting_for": ["bus"]},
     "Joined the waitlist, waiting for: Bus.",
     "Kom på venteliste og venter på: Bus."),
    ("promoted", {"needs": ["place"]},
     "Moved up from the waitlist and confirmed: Place.",
     "Rykkede op fra ventelisten og bekræftet: Plads."),
    ("promoted", {"needs": ["place"], **BY},
     "Promoted out of turn by o@network.example, because: because",
     "Rykket op uden for tur af o@network.example, fordi: because"),
    ("offered", {"needs": ["place"], "expires_at": UNTIL},
     "Was offered Place until Saturday 2 November 2019, 8:00.",
     "Fik tilbudt Plads indtil lørdag den 2. november 2019 kl. 8.00."),
    ("offer-extended", {"expires_at": UNTIL},
     "The mail with the offer did not arrive, so the offer stands until Saturday 2 November 2019, 8:00.",
     "Mailen med tilbuddet nåede ikke frem, så tilbuddet gælder indtil lørdag den 2. november 2019 kl. 8.00."),
    ("accepted", {"needs": ["place"]}, "Accepted the offer.", "Sagde ja til tilbuddet."),
    ("accepted", {"needs": ["place"], **BY},
     "Confirmed by o@network.example while the offer stood, because: because",
     "Bekræftet af o@network.example, mens tilbuddet gjaldt, fordi: because"),
    ("declined", {"needs": ["place"]}, "Declined the offer.", "Sagde nej til tilbuddet."),
    ("place-kept", {"needs": ["place"], "waiting_for": ["place"]},
     "Passed the offer on and kept the place in the line.",
     "Lod tilbuddet gå videre og beholdt sin plads i køen."),
    ("expired", {"needs": ["place"]},
     "Did not answer the offer before its end.",
     "Svarede ikke på tilbuddet inden fristen."),
    ("cancelled", {"was": "confirmed", "needs": ["place"], "by": "participant"},
     "Cancelled by the participant.", "Afmeldt af deltageren."),
    ("cancelled", {"was": "confirmed", "needs": ["place"], "by": "organiser"},
     "Cancelled by an organiser.", "Afmeldt af en arrangør."),
    ("cancelled", {"was": "confirmed", "needs": ["place"], "by": "organiser", **BY},
     "Cancelled by o@network.example, because: because",
     "Afmeldt af o@network.example, fordi: because"),
    ("changed", {"fields": ["phone", "dietary", "needs", "wait_for"], "needs": ["place"]},
     "Changed: Phone, Food, Needs, Wishes.", "Ændret: Telefon, Mad, Behov, Ønsker."),
    ("swapped", {"took": ["bus"], "gave": [], "needs": ["place", "bus"]},
     "Got what was waited for: Bus. Gave up: –.",
     "Fik det, der blev ventet på: Bus. Gav slip på: –."),
    ("swapped", {"took": ["bus"], "gave": ["place"], "needs": ["bus"], **BY},
     "Given Bus out of turn by o@network.example, because: because",
     "Fik Bus uden for tur af o@network.example, fordi: because"),
    ("party-changed", {"people": 3},
     "The party has changed: 3 of them wait together now.",
     "Gruppen er ændret: 3 venter nu sammen."),
    ("party-changed", {"people": 1},
     "The party has changed: waits alone now.",
     "Gruppen er ændret: venter nu alene."),
    ("prioritised", {"priority": 2},
     "Was given priority 2 in the line.", "Fik prioritet 2 i køen."),
    ("prioritised", {"priority": 2, **BY},
     "Given priority 2 in the line by o@network.example, because: because",
     "Fik prioritet 2 i køen af o@network.example, fordi: because"),
    ("mail-bounced", {"mail": "x", "reason": "General"},
     "A mail did not arrive: the mailbox did not say why.",
     "En mail nåede ikke frem: modtagerens mailsystem har ikke sagt hvorfor."),
    ("mail-bounced", {"mail": "x", "reason": "MailboxFull"},
     "A mail did not arrive: the mailbox is full.", "En mail nåede ikke frem: modtagerens indbakke er fuld."),
    ("mail-bounced", {"mail": "x", "reason": "SomethingNew"},
     "A mail did not arrive: the mailbox did not say why.",
     "En mail nåede ikke frem: modtagerens mailsystem har ikke sagt hvorfor."),
    ("mail-complained", {"mail": "x", "reason": "abuse"},
     "Marked a mail as unwanted.", "Markerede en mail som uønsket."),
    ("mail-asked", {"by": "participant"},
     "Asked for the latest mail once more.", "Bad om at få den seneste mail igen."),
    ("mail-asked", {"by": "organiser"},
     "An organiser had the latest mail sent once more.", "En arrangør fik sendt den seneste mail igen."),
    ("told-of-change", {},
     "Told what has changed about the event, the journey or the stay.",
     "Fik besked om, hvad der er ændret ved arrangementet, rejsen eller opholdet."),
    ("reminded", {}, "Reminded of the event.", "Blev mindet om arrangementet."),
    ("checked-in", {}, "Came.", "Kom."),
    ("check-in-undone", {}, "Had not come after all.", "Var alligevel ikke kommet."),
    ("erased", {}, "Everything about an earlier registration was deleted.",
     "Alt om en tidligere tilmelding blev slettet."),
    ("details-asked", {}, "Asked for missing travel details.", "Blev spurgt om manglende rejseoplysninger."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values", "english", "danish"), SAID, ids=[f"{s[0]}-{n}" for n, s in enumerate(SAID)]
)
def test_what_happened_is_said_in_both_languages(
    kind: str, values: dict[str, Any], english: str, danish: str
) -> None:
    """Each fact, with what it says of itself, and its moment."""
    event = builders.event(
        allotments=[
            {"name": name, "title": {"da": da, "en": en}, "capacity": 1}
            for name, da, en in (("place", "Plads", "Place"), ("bus", "Bus", "Bus"))
        ]
    )
    who = builders.registration(history=({"fact": kind, "at": AT, **values},))
    assert [build_history(who, event, language)[0]["text"] for language in LANGUAGES] == [danish, english]
    assert build_history(who, event, "en")[0]["at"] == AT


def test_every_field_that_can_change_has_a_name() -> None:
    """In either language, and none by its name in the code."""
    fields = [*Attendee.model_fields, "needs", "wait_for"]
    who = builders.registration(history=({"fact": "changed", "at": AT, "fields": fields},))
    for language in LANGUAGES:
        [shown] = build_history(who, builders.event(), language)
        assert not {field for field in fields if field in shown["text"]}


def test_nothing_that_happens_to_a_registration_goes_unsaid() -> None:
    """Each kind of fact in a history is among those above."""
    kinds = {kind for kind, fact in facts.FACTS_BY_KIND.items() if issubclass(fact, RegistrationFact)}
    assert {kind for kind, *_ in SAID} == kinds


def test_facts_that_are_only_counted_are_said_to_be() -> None:
    """How many they are, behind those that are remembered; a folded erasure ends the count."""
    told = {"fact": "checked-in", "at": AT}
    history = ({"fact": "mail-asked", "at": AT, "by": "participant"},)
    who = builders.registration(history=history, folded=7, remembered=({**told, "revision": 7},))
    assert [each["text"] for each in build_history(who, builders.event(), "en")] == [
        "Came.",
        "6 earlier facts are no longer listed one by one: only their number is kept.",
        "Asked for the latest mail once more.",
    ]
    danish = build_history(who, builders.event(), "da")[1]
    assert danish == {
        "fact": "folded",
        "at": AT,
        "count": 6,
        "text": "6 tidligere hændelser står her ikke længere hver for sig: kun antallet er gemt.",
    }
    erased = {"fact": "erased", "at": AT, "revision": 6}
    anew = builders.registration(history=history, folded=7, remembered=(erased, {**told, "revision": 7}))
    assert "folded" not in [each["fact"] for each in build_history(anew, builders.event(), "en")]
    tombstone = builders.registration(history=({"fact": "erased", "at": AT}, *history), folded=7)
    assert "folded" not in [each["fact"] for each in build_history(tombstone, builders.event(), "en")]


def test_where_somebody_stands_in_line_is_not_shown() -> None:
    """The keys of waitlist entries in the history are not shown."""
    joined = {"fact": "joined", "at": AT, "waiting_for": ["place"], "entries": [f"place#5#{AT}#anna"]}
    [shown] = build_history(builders.registration(history=(joined,)), builders.event(), "en")
    assert set(shown) == {"fact", "at", "waiting_for", "text"}


def test_what_there_is_no_more_is_left_out() -> None:
    """An allotment that was removed since has no title any more, and the rest is said."""
    told = {"fact": "confirmed", "at": AT, "needs": ["yacht", "place"]}
    [shown] = build_history(builders.registration(history=(told,)), builders.event(), "en")
    assert shown["text"] == "Registered and confirmed: Place."


def test_of_a_broken_event_the_names_of_allotments_stand_there() -> None:
    """Their titles cannot be read."""
    entry = {
        "fact": "swapped",
        "organiser": "o@network.example",
        "reason": "Plads",
        "took": ["single-room", "out"],
    }
    assert format_entry(entry, None, "en") == (
        "Given single-room, out out of turn by o@network.example, because: Plads"
    )
