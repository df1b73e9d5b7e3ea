"""The service in the local AWS: the stack, the app with its functions, the programme.

Loading this takes as long as the local AWS takes to start, so the runner does both at once.
"""

import os
import sys
from contextlib import ExitStack

from app import app
from chalicelib import clock
from chalicelib.auth.sign_in_links import unmailed_link
from chalicelib.aws import queues, secret_keys
from chalicelib.aws.log import log
from chalicelib.programme import flows
from chalicelib.programme.model import ZONE
from chalicelib.settings import settings
from infra.local import aws, keys, local_calls, mappings, stack
from infra.local.data_folder import DataFolder
from infra.local.functions import Work
from infra.local.idle import Idle
from infra.local.local_calls import LocalCalls
from infra.local.mailbox import Letters, Mailbox
from infra.local.mappings import Mappings
from infra.local.options import Options
from infra.local.server import Answer, Call, Gateway, Server
from infra.local.simulator import Simulator
from infra.local.stack import Stack
from infra.programme.load import events

_ORGANISER, _CHECK_IN, _CATERER = "organiser@example.org", "door@example.org", "kitchen@example.org"
_SENDER = "Tilmelding <tilmelding@example.org>"
_WITHOUT_END = "1000000"
_TO_FINISH = 5.0  # seconds at the end


def start(
    asked: Options,
    folder: DataFolder,
    emulator: aws.Emulator,
    server: Server,
    closing: ExitStack,
    *,
    catch_up: bool,
) -> None:
    """The programme is there, the functions run and the app answers, until `closing`."""
    log.setLevel("WARNING")  # the terminal is for whoever started it
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    letters = Letters(folder.mails)
    mailbox = Mailbox(letters)
    closing.callback(mailbox.stop)
    made = _make_stack(asked, folder, emulator, mailbox)
    mailbox.let_return(Simulator(made.queue_urls["FeedbackQueue"]))
    _load_programme()
    work = Work()
    mapped = mappings.of(app, made, work, catch_up=catch_up)
    closing.callback(lambda: _finish(emulator, mapped, work, folder))
    mapped.start()
    calls = LocalCalls(letters, Idle(work, mapped, made), lambda: _moved(folder))
    _serve(server, Gateway(app, work, local_calls.not_found), calls)
    closing.callback(server.stop)


def where(asked: Options) -> str:
    """The addresses, for whoever started it."""
    now = clock.now()
    return (
        f"The clock here says {now.astimezone(ZONE):%Y-%m-%d %H:%M}.\n"
        f"  The programme      {asked.url}/\n"
        f"  The mails          {asked.url}/_local/mails\n"
        f"  Organiser sign-in  {unmailed_link(settings().organisers[0], now)}\n"
        f"  At the door        {unmailed_link(settings().check_in_staff[0], now)}\n"
        f"  In the kitchen     {unmailed_link(settings().caterers[0], now)}"
    )


def _moved(folder: DataFolder) -> None:
    """The clock was moved on: it is kept, and keys are read anew, as they are when minutes go by."""
    folder.save_clock(clock.now())
    secret_keys.forget()


def _make_stack(asked: Options, folder: DataFolder, emulator: aws.Emulator, mailbox: Mailbox) -> Stack:
    aws.reach(emulator.wait_until_ready(), mailbox.address)
    made = stack.make(folder)
    parameters = {
        "PublicUrl": asked.url,
        "Sender": _SENDER,
        "Organisers": _ORGANISER,
        "RegistrationsPerSource": _WITHOUT_END,  # everybody here comes from one address
        "SignInsPerAddress": _WITHOUT_END,
        "MailsPerAddress": _WITHOUT_END,
        "CheckInStaff": _CHECK_IN,
        "Caterers": _CATERER,
        **keys.put(folder.keys()),
    }
    os.environ.update(made.settings(parameters))
    return made


def _load_programme() -> None:
    queues.client()  # boto3 makes its first clients in one thread or not at all
    for event in events():
        flows.ensure(event, clock.now())


def _serve(server: Server, gateway: Gateway, calls: LocalCalls) -> None:
    def respond(call: Call) -> Answer:
        return calls(call) if call.path.startswith(local_calls.PREFIX) else gateway(call)

    server.serve(respond)


def _finish(emulator: aws.Emulator, mapped: Mappings, work: Work, folder: DataFolder) -> None:
    """Let the functions finish what they have begun and tell what was committed."""
    print("Stopping …", file=sys.stdout, flush=True)
    if mapped.stop(0 if emulator.ended else _TO_FINISH) and not work.running:
        folder.leave_in_order()
