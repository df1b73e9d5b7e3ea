"""Every flow, stopped at each of its calls to AWS in turn, before and after the call took effect, and run again.

Which calls there are is counted in a run that nothing stops.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import table
from chalicelib.facts import Erased, EventChanged, ManifestRequested, RoundDue
from chalicelib.items import Update
from chalicelib.keys import places_key
from chalicelib.mail import reports
from chalicelib.workers import clock, reconciler, relay
from tests.simulation.functions import _failed
from tests.simulation.steps import Failing, Scene, person
from tests.simulation.world import lived_in
from tests.workers.batches import TICK

pytestmark = pytest.mark.usefixtures("memory")

Step = Callable[[Scene], Any]
#: What was before, and the flow.
Flow = tuple[tuple[Step, ...], Step]


def register(name: str, *needs: str, **more: Any) -> Step:
    return lambda scene: scene.register(name, *needs, **more)


def own(name: str, method: str, what: str = "", body: Any = None) -> Step:
    return lambda scene: scene.own(name, method, what, body)


def organise(method: str, path: str, body: Any = None, **headers: str) -> Step:
    return lambda scene: scene.organise(method, path, body, **headers)


def by_hand(method: str, name: str, what: str, body: Any = None) -> Step:
    return lambda scene: scene.organise(method, f"/registrations/{scene.id(name)}{what}", body)


def settle(scene: Scene) -> None:
    scene.work("waitlist", EventChanged(event_id=scene.event_id, at="", version=1))


def tell(scene: Scene) -> None:
    scene.work("mail", scene.last_fact("Anna"))


def erase_mails(scene: Scene) -> None:
    [erased] = [fact for fact in scene.world.aws.reading.facts if isinstance(fact, Erased)]
    scene.work("mail", erased)


def ask_for_link(scene: Scene) -> None:
    scene.ask("POST", f"/events/{scene.event_id}/registrations", person("Anna"), **{"Idempotency-Key": "another"})


def report(scene: Scene) -> None:
    fact, at = scene.last_fact("Anna"), scene.world.clock.now().isoformat()
    tags = {name: [value] for name, value in reports.tags(fact).items()}
    bounced = {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": at}
    mail = {"timestamp": at, "messageId": "ses", "tags": tags}
    scene.work("feedback", json.dumps({"eventType": "Bounce", "bounce": bounced, "mail": mail}))


def begin_round(scene: Scene) -> None:
    [change] = [fact for fact in scene.world.aws.reading.facts if isinstance(fact, EventChanged)]
    scene.work("rounds", change)


def step_round(scene: Scene) -> None:
    scene.work("rounds", RoundDue(event_id=scene.event_id, at="", round_id="change-000002", after=""))


def build(scene: Scene) -> None:
    scene.work("manifest", ManifestRequested(event_id=scene.event_id, at="", version=1))


def tick(_scene: Scene) -> None:
    clock.tick(TICK, None)


def recount(_scene: Scene) -> None:
    reconciler.reconcile(TICK, None)


def tell_stream(scene: Scene) -> None:
    failed = _failed(relay, relay.relay, {"Records": scene.world.aws.table.stream[:]})
    assert not failed


def later(**by: float) -> Step:
    return lambda scene: scene.world.clock.advance(timedelta(**by))


def miscount(scene: Scene) -> None:
    wrong = Update(places_key(scene.event_id), "SET taken.place = :n", "attribute_exists(PK)", {}, {":n": 7})
    table.write(wrong)


def move(scene: Scene) -> None:
    document = scene.world.event(scene.event_id).model_dump(mode="json", exclude_none=True)
    for name in ("starts_at", "ends_at"):
        document[name] = (datetime.fromisoformat(document[name]) + timedelta(days=1)).isoformat()
    scene.organise("PUT", "", document, **{"If-Match": '"1"'})


FULL = (register("Anna", "room"), register("Bo"), register("Carl"), register("Dorte", "bus"))
OFFERED = (*FULL, own("Bo", "POST", "/cancellation"), settle)
WHY = {"reason": "they speak"}

FLOWS: dict[str, Flow] = {
    "register": ((), register("Anna", "room", "bus")),
    "wait": ((register("Anna"), register("Bo")), register("Carl", "bed")),
    "party": ((register("Anna"),), register("Bo", party=[person("Carl"), person("Dorte", "bus")])),
    "party of some": ((register("Anna"),), register("Bo", party=[person("Carl", "bus")], accept_fewer=True)),
    "change": ((register("Anna"),), own("Anna", "PATCH", "", {"needs": ["room"], "wait_for": ["bus"]})),
    "wish": ((register("Anna", "bed"), register("Bo", "room")), own("Anna", "PATCH", "", {"wait_for": ["room"]})),
    "cancel": (FULL, own("Anna", "POST", "/cancellation")),
    "cancel while waiting": (FULL, own("Carl", "POST", "/cancellation")),
    "accept": (OFFERED, own("Carl", "POST", "/acceptance")),
    "decline": (OFFERED, own("Carl", "POST", "/refusal", {})),
    "keep": (OFFERED, own("Carl", "POST", "/refusal", {"keep_place": True})),
    "expire": ((*OFFERED, later(days=3)), tick),
    "move up": (OFFERED[:-1], settle),
    "promote by hand": (FULL, by_hand("POST", "Dorte", "/promotion", {**WHY, "confirm": True})),
    "prioritise": (FULL, by_hand("PUT", "Dorte", "/priority", {**WHY, "priority": 1})),
    "cancel by hand": (FULL, by_hand("POST", "Anna", "/cancellation", WHY)),
    "hold": (FULL[:1], organise("PUT", "/holds/speakers", {"units": {"place": 1}})),
    "capacity": (FULL, organise("PUT", "/allotments/place", {"capacity": 3})),
    "move units": (
        FULL,
        organise("POST", "/allotments/bed/moves", {"to": "room", "units": 1}, **{"If-Match": '"1"'}),
    ),
    "event change": (FULL, move),
    "round": ((*FULL, move), begin_round),
    "round, one page": ((*FULL, move, begin_round), step_round),
    "reminder": ((*FULL, later(days=1, hours=2)), tick),
    "ask for lists": (FULL, organise("POST", "/manifests", {})),
    "manifest": ((*FULL, organise("POST", "/manifests", {})), build),
    "mail": (FULL, tell),
    "mail once more": (FULL, by_hand("POST", "Anna", "/mail", {})),
    "feedback": ((*FULL, tell), report),
    "erase": ((*FULL, tell), own("Anna", "DELETE")),
    "erase what was mailed": ((*FULL, tell, ask_for_link, own("Anna", "DELETE")), erase_mails),
    "erase while waiting": (FULL, own("Carl", "DELETE")),
    "check in": (FULL, by_hand("POST", "Anna", "/check-in", {})),
    "undo": ((*FULL, by_hand("POST", "Anna", "/check-in", {})), by_hand("DELETE", "Anna", "/check-in")),
    "relay": (FULL, tell_stream),
    "reconciler": ((*FULL, miscount), recount),
    "repair": ((*FULL, miscount), organise("POST", "/recount", {"repair": True})),
}


@contextmanager
def at(flow: Flow) -> Iterator[Scene]:
    """Where the flow begins."""
    scene = Scene()
    with lived_in(scene.world):
        scene.publish()
        for step in flow[0]:
            scene.run(lambda step=step: step(scene), Failing())
        yield scene


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())
def test_stopped_anywhere_and_run_again_it_comes_to_the_same(flow: Flow) -> None:
    """The function dies before the call, or when it took effect."""
    clean = Failing()
    with at(flow) as scene:
        scene.run(lambda: flow[1](scene), clean)
        expected = scene.state()
    assert clean.calls
    for number in range(1, clean.calls + 1):
        for took_effect in (False, True):
            with at(flow) as scene:
                scene.run(lambda: flow[1](scene), Failing(number, took_effect))
                scene.run(lambda: flow[1](scene), Failing())
                assert scene.state() == expected, (number, took_effect)
