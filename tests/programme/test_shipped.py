"""The shipped programme, row by row, and what its loader says of a wrong file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.language import LANGUAGES, Language
from chalicelib.programme.model import ZONE, Event
from chalicelib.text import split_paragraphs
from infra.programme.__main__ import main
from infra.programme.load import SHIPPED_FOLDER, InvalidProgrammeFile, load_event, load_events
from testing.builders import event_document

BORNHOLM = "doegnmoede-bornholm"

#: id: start and end in UTC, weekday, title, venue, speakers with their organisations
TABLE = {
    "kommunens-interesse": (
        ("20191120T083000Z", "20191120T113000Z"),
        "Wednesday",
        "Kommunens interesse",
        ("Den Sorte Diamant", "Søren Kierkegaards Plads 1, 1221 København K"),
        [("Mette Vaaben Mortensen", "Ballerup Kommune")],
    ),
    "erfaringer-fra-finland": (
        ("20200207T083000Z", "20200207T113000Z"),
        "Friday",
        "Erfaringer fra Finland",
        ("Mandag Morgen", "Ny Kongensgade 10, 1472 København K"),
        [("Mika Pyykkö", "Sitra")],
    ),
    "arena-summit-2020": (
        ("20200326T080000Z", "20200326T150000Z"),
        "Thursday",
        "Arena Summit 2020",
        ("København", "København"),
        [],
    ),
    "leverandoerernes-oenskeseddel": (
        ("20200505T130000Z", "20200505T160000Z"),
        "Tuesday",
        "Leverandørernes ønskeseddel",
        ("Ubbes Vinbar", "Ny Vestergade 1, 1471 København K"),
        [("Helle Øbo", "Askovfonden")],
    ),
    BORNHOLM: (
        ("20200825T073000Z", "20200826T100000Z"),
        "Tuesday",
        "Døgnmøde på Bornholm",
        ("Grønbechs Hotel", "Allinge, Bornholm"),
        [("Peter Holm", "AP Pension"), ("Mette Arnsfelt McPhail", "Den Sociale Investeringsfond")],
    ),
}

CAPACITIES = {
    "kommunens-interesse": {"place": 50},
    "erfaringer-fra-finland": {"place": 40},
    "arena-summit-2020": {"place": 600},
    "leverandoerernes-oenskeseddel": {"place": 30},
    BORNHOLM: {
        "place": 40,
        "flight_out": 32,
        "transfer_out": 40,
        "single_room": 13,
        "shared_bed": 16,
        "transfer_home": 40,
        "flight_home": 32,
    },
}


def shipped(event_id: str) -> Event:
    return load_event(SHIPPED_FOLDER / f"{event_id}.yaml")


def local(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE)


def in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def test_the_programme_is_the_five_events_earliest_first() -> None:
    """All five are there, in the order in which they take place."""
    assert [event.id for event in load_events()] == list(TABLE)


@pytest.mark.parametrize("event_id", TABLE)
def test_an_event_stands_as_the_programme_has_it(event_id: str) -> None:
    """Times (in UTC, so summer time counts), weekday, title, venue and speakers."""
    event = shipped(event_id)
    stands = (
        (in_utc(event.starts_at), in_utc(event.ends_at)),
        event.starts_at.strftime("%A"),
        event.title.da,
        (event.venue.name, event.venue.address),
        [(speaker.name, speaker.organisation) for speaker in event.speakers],
    )
    assert stands == TABLE[event_id]


@pytest.mark.parametrize("event_id", CAPACITIES)
def test_an_event_has_the_units_of_the_programme(event_id: str) -> None:
    """Each allotment, with its capacity."""
    assert shipped(event_id).capacities == CAPACITIES[event_id]


@pytest.mark.parametrize("event_id", TABLE)
def test_registration_is_open_on_the_first_of_november_2019(event_id: str) -> None:
    """Every event takes registrations then, and none on the day it begins."""
    event = shipped(event_id)
    assert event.is_registration_open(local("2019-11-01T08:00"))
    assert not event.is_registration_open(event.starts_at - timedelta(days=1, hours=-1))


@pytest.mark.parametrize("event_id", TABLE)
def test_everything_is_said_in_both_languages(event_id: str) -> None:
    """Wherever something is said in one language it is said in the other, and prose is not just copied over."""
    document = shipped(event_id).model_dump()
    pairs = [part for part in parts(document) if isinstance(part, dict) and {"da", "en"} & part.keys()]
    assert [pair for pair in pairs if not (pair["da"].strip() and pair["en"].strip())] == []
    assert document["summary"]["da"] != document["summary"]["en"]
    assert document["description"]["da"] != document["description"]["en"]


@pytest.mark.parametrize("event_id", TABLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_description_has_paragraphs_and_no_other_line_ends(event_id: str, language: Language) -> None:
    """The lines of the file are no lines for people: pages show a line end where one is written."""
    paragraphs = split_paragraphs(shipped(event_id).description.in_(language))
    assert len(paragraphs) > 1
    assert [paragraph for paragraph in paragraphs if "\n" in paragraph] == []


def parts(document: Any) -> list[Any]:
    below = document.values() if isinstance(document, dict) else document
    if isinstance(below, str) or not hasattr(below, "__iter__"):
        return [document]
    return [document, *(part for inner in below for part in parts(inner))]


def test_the_summit_says_that_hours_and_street_are_open() -> None:
    """The source has neither, so people are told."""
    event = shipped("arena-summit-2020")
    assert event.note is not None
    assert "foreløbigt" in event.note.da
    assert event.venue.note is not None
    assert "ikke fastlagt" in event.venue.note.da


def test_the_overnight_meeting_keeps_its_order() -> None:
    """Flight, welcome, first talk, lunch, second talk, dinner, bar, breakfast, home: each later than the last."""
    sessions = shipped(BORNHOLM).sessions
    assert [session.title.en.split(";")[0] for session in sessions] == [
        "Flight to Bornholm and bus to Allinge",
        "Welcome and check-in",
        "What makes private investors invest socially?",
        "Lunch",
        "How three parties can work together",
        "Dinner at the restaurant Vilhelm",
        "The bar Øltinget",
        "Breakfast",
        "Bus to the airport and flight home",
    ]
    starts = [session.starts_at for session in sessions if session.starts_at]
    assert starts == sorted(set(starts))
    assert len(starts) == len(sessions)
    assert [session.speakers for session in sessions if session.speakers] == [
        ("Peter Holm",),
        ("Mette Arnsfelt McPhail",),
    ]


def test_the_legs_follow_on_each_other_and_leave_time_for_the_meeting() -> None:
    """No leg departs before the one before it arrives, and the bus is there before the meeting begins."""
    event = shipped(BORNHOLM)
    assert [(leg.name, leg.kind, leg.origin_code, leg.destination_code) for leg in event.legs] == [
        ("flight_out", "flight", "CPH", "RNE"),
        ("transfer_out", "bus", None, None),
        ("transfer_home", "bus", None, None),
        ("flight_home", "flight", "RNE", "CPH"),
    ]
    assert [leg.number for leg in event.legs] == ["DX123", None, None, "DX124"]
    moments = [moment for leg in event.legs for moment in (leg.departs, leg.arrives)]
    assert moments == sorted(set(moments))
    assert event.legs[1].arrives < event.starts_at
    assert event.legs[3].arrives < event.ends_at
    assert [leg.destination for leg in event.legs[:-1]] == [leg.origin for leg in event.legs[1:]]


def test_the_rooms_are_a_choice_from_three_until_eleven() -> None:
    """One night, in a room of one's own or in one of two beds; none takes both."""
    event = shipped(BORNHOLM)
    assert [(stay.name, stay.beds, stay.nights, stay.hotel) for stay in event.stays] == [
        ("single_room", 1, 1, "Grønbechs Hotel"),
        ("shared_bed", 2, 1, "Grønbechs Hotel"),
    ]
    assert {(stay.check_in, stay.check_out) for stay in event.stays} == {
        (local("2020-08-25T15:00"), local("2020-08-26T11:00"))
    }
    assert [allotment.name for allotment in event.allotments if allotment.choice == "room"] == [
        "single_room",
        "shared_bed",
    ]


def test_the_overnight_meeting_serves_three_meals() -> None:
    """Lunch and dinner on the first day, breakfast on the second."""
    assert [(meal.name, meal.starts_at.date().isoformat()) for meal in shipped(BORNHOLM).meals] == [
        ("lunch", "2020-08-25"),
        ("dinner", "2020-08-25"),
        ("breakfast", "2020-08-26"),
    ]


def test_the_check_counts_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m infra.programme` says that the shipped programme is all right."""
    assert main() == 0
    assert capsys.readouterr().out == "5 events, all right\n"


def written(folder: Path, text: str, name: str = "et-moede") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


def wrong(path: Path) -> list[str]:
    """The loader's errors, without the folder."""
    with pytest.raises(InvalidProgrammeFile) as caught:
        load_event(path)
    assert str(caught.value) == "\n".join(caught.value.errors)
    return [error.removeprefix(f"{path.parent}/") for error in caught.value.errors]


def a_file(folder: Path, **changes: Any) -> Path:
    """A right file, one field a line at the top, but for the changes."""
    document = event_document("et-moede", **changes)
    return written(folder, "".join(yaml.safe_dump({k: v}, allow_unicode=True) for k, v in document.items()))


def test_a_right_file_gives_its_event(tmp_path: Path) -> None:
    """Written by hand or by a machine, it is the same model."""
    assert load_event(a_file(tmp_path)) == Event.model_validate(event_document("et-moede"))


def test_a_wrong_value_is_named_with_its_line(tmp_path: Path) -> None:
    """File, line, the field's dotted path, and what should be there."""
    text = a_file(tmp_path).read_text("utf-8").replace("capacity: 30", "capacity: -1")
    line = text[: text.index("capacity")].count("\n") + 1
    assert wrong(written(tmp_path, text)) == [
        f"et-moede.yaml, line {line}, allotments.0.capacity: Input should be greater than or equal to 0"
    ]


def test_every_error_of_a_file_is_told(tmp_path: Path) -> None:
    """A missing field has the line of what it is missing in, an unknown one its own, a time that is none too."""
    text = (
        "id: et-moede\n"
        "title: {da: Et møde, en: A meeting}\n"
        "summary: {da: Kort, en: Brief}\n"
        "description: {da: Langt, en: Long}\n"
        "starts_at: 2020-02-30\n"
        "ends_at: 2020-03-01T12:00\n"
        "venue:\n"
        "  name: Et sted\n"
        "  street: Vejen 1\n"
        "contact: {name: Os, email: os@example.org}\n"
        "registration: {opens_at: 2020-01-01T08:00, closes_at: 2020-02-01T08:00}\n"
        "allotments:\n"
        "  - name: place\n"
        "    title: {da: Plads, en: Place}\n"
        "    capacity: 10\n"
        "  - name: single_room\n"
        "    title: {da: Eneværelse}\n"
        "    capacity: 2\n"
    )
    told = wrong(written(tmp_path, text))
    assert [error.split(": ")[0] for error in told] == [
        "et-moede.yaml, line 5, starts_at",
        "et-moede.yaml, line 7, venue.address",
        "et-moede.yaml, line 9, venue.street",
        "et-moede.yaml, line 17, allotments.1.title.en",
    ]
    assert told[1:] == [
        "et-moede.yaml, line 7, venue.address: Field required",
        "et-moede.yaml, line 9, venue.street: Extra inputs are not permitted",
        "et-moede.yaml, line 17, allotments.1.title.en: Field required",
    ]


def test_a_rule_of_the_whole_is_told_where_it_begins(tmp_path: Path) -> None:
    """An error of no single value is told at the field that the rule is about."""
    (error,) = wrong(a_file(tmp_path, ends_at="2020-05-05T15:00"))
    assert error.endswith("ends_at: must be later than starts_at")
    (error,) = wrong(a_file(tmp_path, stays=[stay("tent")]))
    assert error.endswith("stays: Value error, tent has no allotment of that name")
    (error,) = wrong(a_file(tmp_path, stays=[stay("tent"), stay("hut")]))
    assert error.endswith("tent has no allotment of that name, hut has no allotment of that name")


def stay(name: str) -> dict[str, Any]:
    times = {"check_in": "2020-05-05T15:00", "check_out": "2020-05-06T11:00"}
    return {"name": name, "title": {"da": "Telt", "en": "Tent"}, "hotel": "Engen", "beds": 1, **times}


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """YAML would silently take the last one."""
    text = a_file(tmp_path).read_text("utf-8") + "title: {da: Nej, da: Jo, en: No}\n"
    last = text.count("\n")
    assert wrong(written(tmp_path, text)) == [
        f"et-moede.yaml, line {last}, title: is there twice",
        f"et-moede.yaml, line {last}, title.da: is there twice",
    ]


def test_a_file_must_be_named_as_its_event(tmp_path: Path) -> None:
    """Otherwise two files could describe one event."""
    text = a_file(tmp_path).read_text("utf-8")
    assert wrong(written(tmp_path, text, "moede")) == [
        "moede.yaml, line 1, id: the file is named moede, so the id should be moede, not et-moede"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: et-moede\ntitle: [\n", "line 3: not YAML: expected the node content, but found '<stream end>'"),
        ("", "line 1: the file is empty"),
        ("- id\n", "line 1: Input should be a valid dictionary or instance of Event"),
    ],
)
def test_what_is_no_document_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """Broken YAML, an empty file, a list."""
    assert wrong(written(tmp_path, text)) == [f"et-moede.yaml, {said}"]


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    """Danish letters in Latin-1 are an editor's slip."""
    path = tmp_path / "et-moede.yaml"
    path.write_bytes("id: møde\n".encode("latin-1"))
    assert wrong(path) == ["et-moede.yaml, line 1: the file is not UTF-8"]


def test_the_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """The author of a programme sees all that there is to correct."""
    written(tmp_path, "", "a")
    written(tmp_path, "", "b")
    with pytest.raises(InvalidProgrammeFile) as caught:
        load_events(tmp_path)
    assert caught.value.errors == (
        f"{tmp_path}/a.yaml, line 1: the file is empty",
        f"{tmp_path}/b.yaml, line 1: the file is empty",
    )


def test_a_shipped_file_is_named_from_the_projects_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that the path can be opened as it is printed."""
    monkeypatch.setattr("infra.programme.load._ROOT", tmp_path)
    (tmp_path / "infra").mkdir()
    assert wrong(written(tmp_path / "infra", "")) == ["infra/et-moede.yaml, line 1: the file is empty"]
