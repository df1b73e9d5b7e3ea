"""Every flow, stopped at each of its calls to AWS in turn, before and after the call took effect, and run again.

Which calls there are is counted in a run that nothing stops; which flows, is read from the code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from chalice.app import SQSEventConfig

from app import app
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.workers.relay import QUEUES_BY_FACT
from testing.account import load_resources
from tests.infra import calls
from tests.simulation.acts import Flow
from tests.simulation.rows import EVENT, FLOWS_BY_TRIGGER, MINE, ONE
from tests.simulation.steps import Failing, Scene
from tests.simulation.world import install_world

pytestmark = pytest.mark.usefixtures("memory")

FLOWS = [
    pytest.param(begins, flow, id=name) for begins, rows in FLOWS_BY_TRIGGER.items() for name, flow in rows.items()
]
#: Calls by which something is done that another call does as well: each writes with nothing but what that one has.
SAME_AS = {
    f"POST {EVENT}/edit": f"PUT {EVENT}",
    f"POST {EVENT}/allotments/{{name}}": f"PUT {EVENT}/allotments/{{name}}",
    f"POST {EVENT}/holds": f"PUT {EVENT}/holds/{{name}}",
    f"POST {EVENT}/check-ins": f"POST {ONE}/check-in",
    f"POST {ONE}/priority": f"PUT {ONE}/priority",
    f"POST {MINE}/change": f"PATCH {MINE}",
    f"POST {MINE}/erasure": f"DELETE {MINE}",
    f"POST {ONE}/erasure": f"DELETE {ONE}",
    "GET /organiser/sign-in": "POST /organiser/sign-in",
    "POST /organiser/sessions/{session_id}/sign-out": "POST /organiser/sign-out",
    "DELETE /organiser/sessions/{session_id}": "POST /organiser/sign-out",
    "DELETE /organiser/sessions": "POST /organiser/sign-out-everywhere",
}
#: What a session notes at any request, whichever that is.
OF_EACH_REQUEST = ("chalicelib.auth.sessions", "record_use")
#: How the routes begin that show what a link opens.
LOOKS = ("GET /registrations/", "GET /views/", "GET /codes/")
#: Facts of which the mail is sent in the same way.
TOLD_ALIKE = {
    "confirmed": {kind for kind, mail in MAIL_KINDS.items() if mail.build_letter and mail.is_transactional}
    - {"link-requested"},
    "told-of-change": {kind for kind, mail in MAIL_KINDS.items() if not mail.is_transactional},
}


@contextmanager
def at(flow: Flow) -> Iterator[Scene]:
    """Yield the scene at which the flow begins."""
    scene = Scene()
    with install_world(scene.world):
        scene.publish()
        for step in flow.before:
            scene.run(partial(step, scene), Failing())
        scene.triggers.clear()
        yield scene


@pytest.mark.parametrize(("begins", "flow"), FLOWS)
def test_stopped_anywhere_and_run_again_it_comes_to_the_same(begins: str, flow: Flow) -> None:
    """The function dies before the call, or when it took effect."""
    clean = Failing()
    with at(flow) as scene:
        scene.run(lambda: flow.act(scene), clean)
        assert scene.triggers == {begins}
        assert clean.writes, "it was refused"
        calls_made = clean.calls  # not those of what follows
        expected = scene.read_state()
    for number in range(1, calls_made + 1):
        for took_effect in (False, True):
            with at(flow) as scene:
                scene.run(lambda: flow.act(scene), Failing(number, took_effect))
                scene.run(lambda: flow.act(scene), Failing())
                assert scene.read_state() == expected, (number, took_effect)


def written_by(method: str, path: str) -> set[calls.Node]:
    """Return the writing definitions among all that a route can reach, besides those of each request."""
    view = app.routes[path][method].view_function
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return calls.writers(calls.reached({(view.__module__, view.__name__)})) - {OF_EACH_REQUEST}


ROUTES = {
    f"{method} {path}": written_by(method, path) for path, methods in app.routes.items() for method in methods
}


def test_every_call_that_can_write_has_a_row() -> None:
    """Over HTTP; a new one is found without being listed."""
    writing = {route for route, written in ROUTES.items() if written}
    assert writing == {*SAME_AS, *(begins for begins in FLOWS_BY_TRIGGER if begins.split()[0].isupper())}


def test_no_look_at_a_link_can_write() -> None:
    """Neither at a registration nor at a view link or a code, nor at any page beside them."""
    looks = [route for route in ROUTES if route.startswith(LOOKS)]
    assert looks
    assert not [route for route in looks if ROUTES[route]]


@pytest.mark.parametrize("route", SAME_AS)
def test_what_has_no_row_of_its_own_writes_as_another_does(route: str) -> None:
    """A form writes what its JSON call writes, a page what the registration's does; else it wants a row."""
    assert ROUTES[route] <= ROUTES[SAME_AS[route]]


def test_every_message_and_every_schedule_has_a_row() -> None:
    """Each kind of fact on each queue that it goes on, each kind of report, the stream and the two schedules."""
    alike = {f"mail: {kind}": f"mail: {like}" for like, kinds in TOLD_ALIKE.items() for kind in kinds}
    relayed = {f"{queue}: {fact.kind}" for fact, queues in QUEUES_BY_FACT.items() for queue in queues}
    reported = load_resources()["FeedbackEvents"]["Properties"]["EventDestination"]["MatchingEventTypes"]
    triggers = {alike.get(message, message) for message in relayed} | {
        f"feedback: {kind.title()}" for kind in reported
    }
    by_queue = {source.name for source in app.event_sources if isinstance(source, SQSEventConfig)}
    assert by_queue == {message.partition(":")[0] for message in triggers}
    others = {source.name for source in app.event_sources} - by_queue
    assert triggers | others == {begins for begins in FLOWS_BY_TRIGGER if not begins.split()[0].isupper()}
