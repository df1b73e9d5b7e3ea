"""Histories that are folded, and what is still known of them then."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import facts
from chalicelib.facts import Fact
from chalicelib.histories import model
from chalicelib.histories.model import CONFIRMING_KINDS, Entry, History, confirms, read_history
from chalicelib.workers.stream import derive_facts

AT = "2019-11-01T07:00:00.000000Z"
UNITS = st.lists(st.sampled_from(["place", "bed", "bus"]), max_size=2)
MOMENTS = st.integers(0, 59).map(lambda second: f"2019-11-01T07:00:{second:02d}.000000Z")


def entries(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Entry]:
    return st.fixed_dictionaries({"fact": st.just(kind), "at": MOMENTS, **fields})


FACTS = st.one_of(
    entries("confirmed", needs=UNITS),
    entries("joined", needs=UNITS, waiting_for=UNITS, entries=st.just([f"place#5#{AT}#anna"])),
    entries("promoted", needs=UNITS, organiser=st.just("o@example.org"), reason=st.sampled_from("abc")),
    entries("offered", needs=UNITS, expires_at=MOMENTS),
    entries("place-kept", needs=UNITS, waiting_for=UNITS),
    entries("expired", needs=UNITS),
    entries("cancelled", needs=UNITS, was=st.just("confirmed"), by=st.sampled_from(["participant", "organiser"])),
    entries("swapped", needs=UNITS, took=UNITS, gave=UNITS),
    entries(
        "changed",
        fields=st.lists(st.sampled_from(["travel", "phone"]), max_size=2),
        status=st.sampled_from(["confirmed", "waiting"]),
        needs=UNITS,
        gave=UNITS,
        waiting_for=UNITS,
    ),
    entries("mail-asked", by=st.sampled_from(["participant", "organiser"])),
    entries("mail-complained", mail=st.just("x.0001.confirmed"), reason=st.just("abuse")),
    entries("told-of-change", version=st.integers(1, 99)),
    entries("checked-in"),
    entries("erased"),
)


def item_of(history: History) -> dict[str, Any]:
    """The registration's item, as far as the stream reads it; earlier releases folded nothing."""
    folded = {"folded": history.folded, "remembered": list(history.remembered)} if history.folded else {}
    return {"PK": "EVENT#e", "SK": "REG#r", "history": list(history.history), **folded}


def derive(states: Sequence[History]) -> list[Fact]:
    items = [item_of(state) for state in states]
    return [fact for old, new in pairwise(items) for fact in derive_facts(old, new, "")]


def last_of(history: History, *kinds: str, **fields: str) -> tuple[int, Entry] | None:
    found = [
        (number, entry)
        for number, entry in history.numbered_facts
        if entry["fact"] in kinds and fields.items() <= entry.items()
    ]
    return found[-1] if found else None


def answers(history: History) -> list[Any]:
    """What anything asks a history."""
    known = history.known_facts
    return [
        history.revision,
        history.erased_revision,
        *(last_of(history, kind) for kind in facts.FACTS_BY_KIND),
        last_of(history, *CONFIRMING_KINDS),
        *(last_of(history, "mail-asked", by=by) for by in ("participant", "organiser")),
        *([entry for entry in known if f in entry][-1:] for f in ("entries", "needs")),
        [number for number, entry in history.numbered_facts if "travel" in entry.get("fields", ())][-1:],
        {name for entry in known if confirms(entry) for name in (*entry["needs"], *entry.get("gave", ()))},
        [entry for entry in known if "organiser" in entry or entry.get("by") == "organiser"][-30:],
        [entry["version"] for entry in known if entry["fact"] == "told-of-change"][-10:],
        known[-1:],
    ]


@given(st.lists(st.tuples(st.lists(FACTS, max_size=4), st.booleans()), max_size=25))
def test_folding_anywhere_changes_no_fact_and_no_answer(steps: list[tuple[list[Entry], bool]]) -> None:
    """The stream derives the same facts with the same keys, each once, and what is asked has the same answer."""
    plain, folded = [History(history=())], [History(history=())]
    for new, is_folded in steps:
        plain.append(replace(plain[-1], history=(*plain[-1].history, *new)))
        before = folded[-1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(model, "MAX_HISTORY_LENGTH", 4)
            before = before.fold() if is_folded else before
        folded.append(replace(before, history=(*before.history, *new)))
        assert answers(read_history(item_of(folded[-1]))) == answers(plain[-1])
    assert [fact.key for fact in derive(folded)] == [fact.key for fact in derive(plain)]
    assert derive(folded) == derive(plain)


@given(st.lists(FACTS, max_size=60), st.integers(1, 59))
def test_folding_twice_remembers_what_folding_once_does(happened: list[Entry], at: int) -> None:
    """Whenever it was folded, the same is left of the older facts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "MAX_HISTORY_LENGTH", 4)
        once = History(history=tuple(happened)).fold()
        first = History(history=tuple(happened[:at])).fold()
        assert replace(first, history=(*first.history, *happened[at:])).fold() == once


@given(st.lists(FACTS, min_size=1, max_size=60), st.integers(0, 60))
def test_the_facts_since_and_until_a_revision_are_all_that_are_known(happened: list[Entry], revision: int) -> None:
    """Each known fact is on one side of the revision."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "MAX_HISTORY_LENGTH", 4)
        history = History(history=tuple(happened)).fold()
    assert history.list_facts_until(revision) + history.list_facts_since(revision) == history.known_facts


def test_a_history_stays_short_however_much_happens() -> None:
    """Ten thousand facts leave a few hundred, and all are counted."""
    history = History(history=())
    for number in range(10_000):
        by = {"organiser": "o@example.org", "reason": "x"} if number % 3 else {}
        history = history.with_facts({"fact": "changed", "at": AT, "fields": [], "needs": [], "gave": [], **by})
    assert history.revision == 10_000
    assert len(history.history) <= model.MAX_HISTORY_LENGTH
    assert len(history.remembered) <= 31


def test_what_earlier_releases_left_of_an_erased_history_is_folded_to_one() -> None:
    """Equal facts in place of all there were: the last tells as much."""
    erased = {"fact": "erased", "at": AT}
    folded = History(history=(erased,) * 300).fold()
    assert (folded.revision, folded.erased_revision) == (300, 300)
    assert folded.remembered == ({**erased, "revision": 200},)
