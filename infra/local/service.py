"""The service in the local AWS: the stack, the app with its functions, the programme.

Loading this takes as long as the local AWS takes to start, so the runner does both at once.
"""

import os
import sys
from contextlib import ExitStack

from app import app
from chalicelib import clock
from chalicelib.auth.sign_in_links import create_link_without_mail
from chalicelib.aws import queues, secret_keys
from chalicelib.aws.log import log
from chalicelib.programme import flows
from chalicelib.programme.model import ZONE
from chalicelib.settings import settings
from infra.local import aws, keys, local_calls, mappings, stack
from infra.local.data_folder import DataFolder
from infra.local.functions import WorkCounter
from infra.local.idle import IdleCheck
from infra.local.local_calls import LocalEndpoints
from infra.local.mailbox import LocalSes, MailArchive
from infra.local.mappings import Mappings
from infra.local.options import Options
from infra.local.server import Gateway, HttpRequest, HttpResponse, Server
from infra.local.simulator import MailboxSimulator
from infra.local.stack import Stack
from infra.programme.load import load_events

_ORGANISER, _CHECK_IN, _CATERER = "organiser@example.org", "door@example.org", "kitchen@example.org"
_SENDER = "Tilmelding <tilmelding@example.org>"
_UNLIMITED = "1000000"
_SHUTDOWN_SECONDS = 5.0  # seconds at the end


def start(
    chosen_options: Options,
    folder: DataFolder,
    emulator: aws.Emulator,
    server: Server,
    exit_stack: ExitStack,
    *,
    catch_up: bool,
) -> None:
    """The programme is there, the functions run and the app answers, until `closing`."""
    log.setLevel("WARNING")  # the terminal is for whoever started it
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    letters = MailArchive(folder.mails)
    mailbox = LocalSes(letters)
    exit_stack.callback(mailbox.stop)
    made = _ensure_stack(chosen_options, folder, emulator, mailbox)
    mailbox.set_simulator(MailboxSimulator(made.queue_urls["FeedbackQueue"]))
    _load_programme()
    work = WorkCounter()
    mapped = mappings.build(app, made, work, catch_up=catch_up)
    exit_stack.callback(lambda: _shut_down(emulator, mapped, work, folder))
    mapped.start()
    calls = LocalEndpoints(letters, IdleCheck(work, mapped, made), lambda: _on_clock_moved(folder))
    _serve(server, Gateway(app, work, local_calls.respond_not_found), calls)
    exit_stack.callback(server.stop)


def format_urls(chosen_options: Options) -> str:
    """The addresses, for whoever started it."""
    now = clock.now()
    return (
        f"The clock here says {now.astimezone(ZONE):%Y-%m-%d %H:%M}.\n"
        f"  The programme      {chosen_options.url}/\n"
        f"  The mails          {chosen_options.url}/_local/mails\n"
        f"  Organiser sign-in  {create_link_without_mail(settings().organisers[0], now)}\n"
        f"  At the door        {create_link_without_mail(settings().check_in_staff[0], now)}\n"
        f"  In the kitchen     {create_link_without_mail(settings().caterers[0], now)}"
    )


def _on_clock_moved(folder: DataFolder) -> None:
    """The clock was moved on: it is kept, and keys are read anew, as they are when minutes go by."""
    folder.save_clock(clock.now())
    secret_keys.clear_cache()


def _ensure_stack(
    chosen_options: Options, folder: DataFolder, emulator: aws.Emulator, local_ses: LocalSes
) -> Stack:
    aws.point_clients_at(emulator.wait_until_ready(), local_ses.url)
    made = stack.ensure(folder)
    parameters = {
        "PublicUrl": chosen_options.url,
        "Sender": _SENDER,
        "Organisers": _ORGANISER,
        "RegistrationsPerSource": _UNLIMITED,  # everybody here comes from one address
        "SignInsPerAddress": _UNLIMITED,
        "MailsPerAddress": _UNLIMITED,
        "CheckInStaff": _CHECK_IN,
        "Caterers": _CATERER,
        **keys.put_missing(folder.load_or_create_keys()),
    }
    os.environ.update(made.build_environment(parameters))
    return made


def _load_programme() -> None:
    queues.client()  # boto3 makes its first clients in one thread or not at all
    for event in load_events():
        flows.create_if_absent(event, clock.now())


def _serve(server: Server, gateway: Gateway, local_endpoints: LocalEndpoints) -> None:
    def respond(call: HttpRequest) -> HttpResponse:
        return local_endpoints(call) if call.path.startswith(local_calls.PREFIX) else gateway(call)

    server.serve(respond)


def _shut_down(emulator: aws.Emulator, event_mappings: Mappings, work: WorkCounter, folder: DataFolder) -> None:
    """Let the functions finish what they have begun and tell what was committed."""
    print("Stopping …", file=sys.stdout, flush=True)
    if event_mappings.stop(0 if emulator.has_ended else _SHUTDOWN_SECONDS) and not work.running_count:
        folder.mark_clean_shutdown()
