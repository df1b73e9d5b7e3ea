"""Build the steps of a scene."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.auth import sign_in_links
from chalicelib.aws import rate_limits, table
from chalicelib.aws.items import Update
from chalicelib.aws.keys import places_key
from chalicelib.facts import BroadcastDue
from chalicelib.mail.delivery import reports
from chalicelib.workers import clock, reconciler, relay
from testing import bornholm
from testing.batches import TICK
from testing.faulty_aws.functions import invoke_worker
from testing.world import publish
from tests.simulation import site
from tests.simulation.steps import Scene

Step = Callable[[Scene], Any]


class Flow(NamedTuple):
    """The steps before, and the one that is stopped."""

    before: tuple[Step, ...]
    act: Step


def register(name: str, *needs: str, **more: Any) -> Step:
    """Register a participant."""
    return lambda scene: scene.register(name, *needs, **more)


def request_own(name: str, method: str, what: str = "", body: Any = None) -> Step:
    """Call through the participant's own link."""
    return lambda scene: scene.request_own(name, method, what, body)


def request_for_member(poster: str, name: str, what: str, body: Any = None) -> Step:
    """Call about a member of the party, through the link of the person who registered them."""
    return lambda scene: scene.request_own(poster, "POST", f"/party/{scene.get_id(name)}{what}", body)


def request_as_organiser(method: str, path: str, body: Any = None, **headers: str) -> Step:
    """Call as an organiser."""
    return lambda scene: scene.request_as_organiser(method, path, body, **headers)


def act_on_registration(method: str, name: str, what: str = "", body: Any = None) -> Step:
    """Call about a registration as an organiser."""
    return lambda scene: scene.request_as_organiser(method, f"/registrations/{scene.get_id(name)}{what}", body)


def deliver_latest(queue: str, kind: str) -> Step:
    """Deliver the latest fact of that kind to the worker of the queue."""
    return lambda scene: scene.deliver(queue, scene.find_latest_fact(kind))


def deliver_last_mail(name: str) -> Step:
    """Deliver the last fact of the participant to the mail worker."""
    return lambda scene: scene.deliver("mail", scene.get_last_fact(name))


def report_mail(name: str, kind: str, **details: str) -> Step:
    """Deliver SES's report about the participant's last mail."""

    def reported(scene: Scene) -> None:
        fact, at = scene.get_last_fact(name), scene.world.clock.now().isoformat()
        tags = {tag: [value] for tag, value in reports.build_tags(fact).items()}
        about = {
            kind.lower(): details | {"timestamp": at},
            "mail": {"timestamp": at, "messageId": "ses", "tags": tags},
        }
        scene.deliver("feedback", json.dumps({"eventType": kind, **about}))

    return reported


def step_broadcast(scene: Scene) -> None:
    """Deliver a page of the broadcast of a change."""
    scene.deliver("rounds", BroadcastDue(event_id=scene.event_id, at="", round_id="change-000002", after=""))


def tick(scene: Scene) -> None:
    """Run the clock's tick."""
    scene.run_scheduled("clock", lambda: clock.tick(TICK, None))


def tick_often(scene: Scene) -> None:
    """Run the clock's tick until what is due has had each of its steps."""
    scene.run_scheduled("clock", lambda: [clock.tick(TICK, None) for _ in range(3)])


def recount(scene: Scene) -> None:
    """Run the reconciler."""
    scene.run_scheduled("reconciler", lambda: reconciler.reconcile(TICK, None))


def relay_stream(scene: Scene) -> None:
    """Relay the whole stream."""
    scene.triggers.add("relay")
    failed = invoke_worker(relay, relay.relay, {"Records": scene.world.aws.table.stream[:]})
    assert not failed


def advance_clock(**by: float) -> Step:
    """Move the clock on."""
    return lambda scene: scene.world.clock.advance(timedelta(**by))


def corrupt_counter(scene: Scene) -> None:
    """Write a wrong number into the counters."""
    wrong = Update(places_key(scene.event_id), "SET taken.place = :n", "attribute_exists(PK)", {}, {":n": 7})
    table.write(wrong)


def move_event(scene: Scene) -> None:
    """Move the event to the next day."""
    document = scene.world.read_event(scene.event_id).model_dump(mode="json", exclude_none=True)
    for name in ("starts_at", "ends_at"):
        document[name] = (datetime.fromisoformat(document[name]) + timedelta(days=1)).isoformat()
    scene.request_as_organiser("PUT", "", document, **{"If-Match": '"1"'})


def use_bornholm_event(scene: Scene) -> None:
    """Go on with the event that has flights, and rooms to share."""
    publish(bornholm.event())
    scene.event_id = bornholm.EVENT_ID
    scene.world.event_ids = [scene.event_id]


def share_room(scene: Scene) -> None:
    """Let two participants share a room."""
    scene.request_as_organiser(
        "POST", "/shared-rooms", {"guests": [scene.get_id("Anna"), scene.get_id("Bo")], "reason": "they ask"}
    )


def import_bookings(scene: Scene) -> None:
    """Import the airline's booking for Anna; her locator is on the lists."""
    file = f"Flynummer;Reference;Bookingnummer;Sæde\r\nDX123;{scene.get_reference('Anna')};X7K9PQ;12A\r\n"
    scene.request_as_organiser("POST", "/bookings", {"csv": file, "confirm": True})


def resolve_problem(scene: Scene) -> None:
    """Resolve the first task."""
    scene.request_as_organiser("POST", f"/problems/{scene.first_problem}/resolution", {})


def ask_to_sign_in(scene: Scene) -> None:
    """Ask for a sign-in link."""
    scene.send("POST", "/organiser/sessions", {"email": "organiser@network.example"})


def ask_for_links(scene: Scene) -> None:
    """Ask for the links of all that Anna has."""
    scene.send("POST", "/links", {"email": "anna@example.org"})


def exhaust_mailbox(scene: Scene) -> None:
    """Use up the mails of a day to Anna's mailbox."""
    while rate_limits.mailbox_limit("anna@example.org").try_increment(scene.world.clock.now()):
        pass


def submit_sign_in(scene: Scene) -> None:
    """Follow the latest sign-in link."""
    token = sign_in_links.build_link(scene.find_latest_fact("sign-in-requested").request_id).partition("token=")[2]
    scene.submit_form("/organiser/sign-in", token=token)


def sign_out(scene: Scene) -> None:
    """Sign out."""
    scene.submit_form("/organiser/sign-out", **scene.session)


def sign_in_elsewhere(scene: Scene) -> None:
    """Start a second session of the organiser."""
    site.sign_in(scene.world.aws.table, scene.world.clock.now())


def sign_out_everywhere(scene: Scene) -> None:
    """Sign out of all sessions; a second one goes with the first."""
    scene.submit_form("/organiser/sign-out-everywhere", **scene.session)
