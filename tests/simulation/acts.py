"""What may be done in a scene, each as a step of it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.auth import sign_in_links
from chalicelib.aws import table
from chalicelib.aws.items import Update
from chalicelib.aws.keys import places_key
from chalicelib.facts import RoundDue
from chalicelib.mail.delivery import reports
from chalicelib.workers import clock, reconciler, relay
from tests.registration.world import publish
from tests.simulation.functions import _failed
from tests.simulation.steps import Scene
from tests.travel import bornholm
from tests.workers.batches import TICK

Step = Callable[[Scene], Any]


class Flow(NamedTuple):
    """What was before, and what is stopped."""

    before: tuple[Step, ...]
    act: Step


def register(name: str, *needs: str, **more: Any) -> Step:
    return lambda scene: scene.register(name, *needs, **more)


def own(name: str, method: str, what: str = "", body: Any = None) -> Step:
    return lambda scene: scene.own(name, method, what, body)


def organise(method: str, path: str, body: Any = None, **headers: str) -> Step:
    return lambda scene: scene.organise(method, path, body, **headers)


def by_hand(method: str, name: str, what: str = "", body: Any = None) -> Step:
    return lambda scene: scene.organise(method, f"/registrations/{scene.id(name)}{what}", body)


def hear(queue: str, kind: str) -> Step:
    """The worker of the queue gets the latest fact of that kind."""
    return lambda scene: scene.work(queue, scene.latest(kind))


def tell(name: str) -> Step:
    """Their last mail."""
    return lambda scene: scene.work("mail", scene.last_fact(name))


def report(name: str, kind: str, **said: str) -> Step:
    """What SES says about their last mail."""

    def reported(scene: Scene) -> None:
        fact, at = scene.last_fact(name), scene.world.clock.now().isoformat()
        tags = {tag: [value] for tag, value in reports.tags(fact).items()}
        about = {
            kind.lower(): said | {"timestamp": at},
            "mail": {"timestamp": at, "messageId": "ses", "tags": tags},
        }
        scene.work("feedback", json.dumps({"eventType": kind, **about}))

    return reported


def step_round(scene: Scene) -> None:
    scene.work("rounds", RoundDue(event_id=scene.event_id, at="", round_id="change-000002", after=""))


def tick(scene: Scene) -> None:
    scene.by_schedule("clock", lambda: clock.tick(TICK, None))


def tick_often(scene: Scene) -> None:
    """Until what is due has had each of its steps."""
    scene.by_schedule("clock", lambda: [clock.tick(TICK, None) for _ in range(3)])


def recount(scene: Scene) -> None:
    scene.by_schedule("reconciler", lambda: reconciler.reconcile(TICK, None))


def tell_stream(scene: Scene) -> None:
    scene.begun.add("relay")
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


def go_to_bornholm(scene: Scene) -> None:
    """Where there are flights, and rooms to share."""
    publish(bornholm.event())
    scene.event_id = bornholm.EVENT_ID
    scene.world.event_ids = [scene.event_id]


def share(scene: Scene) -> None:
    scene.organise("POST", "/shared-rooms", {"guests": [scene.id("Anna"), scene.id("Bo")], "reason": "they ask"})


def book(scene: Scene) -> None:
    """What the airline has for Anna; the lists' own reference is read from its form."""
    file = f"Flynummer;Reference;Bookingnummer;Sæde\r\nDX123;{scene.reference('Anna')};X7K9PQ;12A\r\n"
    scene.organise("POST", "/bookings", {"csv": file, "confirm": True})


def strike_off(scene: Scene) -> None:
    scene.organise("POST", f"/problems/{scene.first_problem}/resolution", {})


def ask_to_sign_in(scene: Scene) -> None:
    scene.ask("POST", "/organiser/sessions", {"email": "organiser@network.example"})


def press_sign_in(scene: Scene) -> None:
    token = sign_in_links.sign_in_link(scene.latest("sign-in-requested").request_id).partition("token=")[2]
    scene.press("/organiser/sign-in", token=token)


def sign_out(scene: Scene) -> None:
    scene.press("/organiser/sign-out", **scene.session)
