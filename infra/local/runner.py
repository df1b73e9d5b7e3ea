"""The order in which everything is started, watched and stopped."""

import os
import sys
import time
from contextlib import ExitStack
from datetime import datetime

from chalice import Chalice

from chalicelib import clock
from infra.local import aws, mappings, options, stack
from infra.local.data_folder import DataFolder
from infra.local.functions import Work
from infra.local.idle import Idle
from infra.local.mailbox import Letters, Mailbox
from infra.local.mappings import Mappings
from infra.local.options import CannotStart, Options
from infra.local.server import Answer, Call, Gateway, Server
from infra.local.stack import Stack

_ORGANISER = "organiser@example.org"
_SENDER = "Tilmelding <tilmelding@example.org>"
_TO_FINISH = 5.0  # seconds at the end
_CLOCK_SAVED_EVERY = 1.0  # seconds


def run(asked: Options, closing: ExitStack) -> None:
    """Start everything, print where it is, and watch over it; `closing` stops it all, last things first."""
    began = time.monotonic()
    server = Server(asked.port)
    closing.callback(server.stop)
    folder = DataFolder.open(asked.folder)
    closing.callback(folder.close)
    in_order = folder.left_in_order()
    emulator = _start_aws(folder, closing)
    letters = Letters(folder.mails)
    mailbox = Mailbox(letters)
    closing.callback(mailbox.stop)
    _set_clock(asked, folder)
    closing.callback(lambda: folder.save_clock(clock.now()))
    made = _make_stack(asked, folder, emulator, mailbox)
    app = _load_app()
    work = Work()
    mapped = mappings.of(app, made, work, catch_up=not in_order)
    closing.callback(lambda: _finish(emulator, mapped, work, folder))
    mapped.start()
    _serve(app, server, work, letters, Idle(work, mapped, made), folder)
    closing.callback(server.stop)
    _say_where(asked, time.monotonic() - began)
    _watch(emulator, folder)


def _start_aws(folder: DataFolder, closing: ExitStack) -> aws.Emulator:
    where = f"its data is kept in {folder.path}" if folder.kept else "nothing of it is kept"
    _say(f"Starting the local AWS; {where} …")
    emulator = aws.Emulator(folder)
    closing.callback(emulator.stop)
    return emulator


def _set_clock(asked: Options, folder: DataFolder) -> None:
    stood_at = folder.clock()
    beginning = options.beginning()
    clock.start_at(asked.now or max(beginning, stood_at or beginning))


def _make_stack(asked: Options, folder: DataFolder, emulator: aws.Emulator, mailbox: Mailbox) -> Stack:
    parameters = {
        "PublicUrl": asked.url,
        "Sender": _SENDER,
        "Organisers": _ORGANISER,
        **folder.keys(),
    }
    aws.reach(emulator.wait_until_ready(), mailbox.address)
    made = stack.make(folder)
    os.environ.update(made.settings(parameters))
    return made


def _load_app() -> Chalice:
    """The app, its clients made and its programme there."""
    _say("Loading the programme …")
    from app import app
    from chalicelib import queues
    from chalicelib.programme import flows
    from infra.programme.load import events

    queues.client()  # boto3 makes its first clients in one thread or not at all
    for event in events():
        flows.ensure(event, clock.now())
    return app


def _serve(app: Chalice, server: Server, work: Work, letters: Letters, idle: Idle, folder: DataFolder) -> None:
    from infra.local import local_calls

    gateway = Gateway(app, work, local_calls.not_found)
    local = local_calls.LocalCalls(letters, idle, lambda: folder.save_clock(clock.now()))

    def respond(call: Call) -> Answer:
        return local(call) if call.path.startswith(local_calls.PREFIX) else gateway(call)

    server.serve(respond)


def _say_where(asked: Options, seconds: float) -> None:
    from chalicelib.programme.model import ZONE
    from chalicelib.settings import settings
    from chalicelib.web.sign_in import sign_in_link

    now: datetime = clock.now()
    _say(f"Ready after {seconds:.1f} s; the clock here says {now.astimezone(ZONE):%Y-%m-%d %H:%M}.")
    _say(f"  The programme      {asked.url}/")
    _say(f"  The mails          {asked.url}/_local/mails")
    _say(f"  Organiser sign-in  {sign_in_link(settings().organisers[0], now)}")
    _say("Stop with Ctrl-C.")


def _watch(emulator: aws.Emulator, folder: DataFolder) -> None:
    """Save the clock now and then, until `make`, if that started this, is gone.

    Raises CannotStart if the local AWS ends by itself.
    """
    parent = os.getppid()
    while os.getppid() == parent or "MAKELEVEL" not in os.environ:
        time.sleep(_CLOCK_SAVED_EVERY)
        folder.save_clock(clock.now())
        if emulator.ended:
            log = folder.path / "aws.log"
            raise CannotStart(f"The local AWS ended by itself ({log} says why): start it all again.")


def _finish(emulator: aws.Emulator, mapped: Mappings, work: Work, folder: DataFolder) -> None:
    """Let the functions finish what they have begun and tell what was committed."""
    _say("Stopping …")
    if mapped.stop(0 if emulator.ended else _TO_FINISH) and not work.running:
        folder.leave_in_order()


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
