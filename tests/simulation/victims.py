"""Let those whose addresses strangers registered begin anew, at the end of a world, when nothing fails."""

from functools import partial
from typing import Any

from tests.simulation import site
from tests.simulation.people import OwnLink, Person
from tests.simulation.promised_links import build_mark
from tests.simulation.site import MAILED, ORGANISER, Call
from tests.simulation.world import World

_MOST_VICTIMS = 2  #: of a world
_WHY = {"reason": "they ask for it"}


def begin_anew(world: World) -> None:
    """Let some change their registration, have it cancelled, and register anew, whatever strangers did."""
    for person in sorted(world.strangers.victims, key=lambda each: each.name)[:_MOST_VICTIMS]:
        world.begin(person.name, partial(_begin_anew, world, person))
        world.drain()


def _begin_anew(world: World, person: Person) -> None:
    if mailed := world.aws.ses.last_links.get(person.email):
        token, told = OwnLink(mailed, MAILED).token, {"organisation": build_mark(MAILED, 0)}
        world.watch.send(Call("PATCH", f"/registrations/{token}", told, "tell at last", source=MAILED))
    if world.people.read_status(person):
        told = {"organisation": build_mark(ORGANISER, 1000)}
        for method, suffix, body in (("PATCH", "", told), ("DELETE", "/check-in", None)):
            _call_as_organiser(world, person, method, suffix, body)
        _call_as_organiser(world, person, "POST", "/cancellation", _WHY)
    call = world.people.register(person, alone=True)
    status, answer = world.watch.send(call)
    assert status == 201, (person, answer)
    world.people.check_answer(person, call, status, answer)
    _open_all(world, person)


def _call_as_organiser(
    world: World, person: Person, method: str, suffix: str, body: dict[str, Any] | None
) -> None:
    path = f"/organiser/events/{person.event_id}/registrations/{person.id}{suffix}"
    headers = site.sign_in(world.aws.table, world.clock.now())
    world.watch.send(Call(method, path, body, f"{method} {person.name}{suffix}", headers, source=ORGANISER))


def _open_all(world: World, person: Person) -> None:
    """Open each link that strangers were answered about the person: it opens nothing any more."""
    for stranger in world.strangers.persons:
        for victim, link in stranger.links:
            if victim is person:
                call = Call(
                    "GET", f"/registrations/{link.token}", None, f"{stranger.name} looks", source=link.source
                )
                status, answer = world.watch.send(call)
                assert status == 404, answer
