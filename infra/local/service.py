"""Start the service in the local AWS: the stack, the app with its functions, the programme.

Importing this takes as long as the local AWS takes to start, so the runner does both at the same time.
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
_SHUTDOWN_SECONDS = 5.0  # seconds


def start(
    chosen_options: Options,
    folder: DataFolder,
    emulator: aws.Emulator,
    server: Server,
    exit_stack: ExitStack,
    *,
    catch_up: bool,
) -> None:
    """Create the stack, load the programme and serve the app, until `exit_stack` stops it."""
    log.setLevel("WARNING")  # the terminal is for the person who started it
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    mail_archive = MailArchive(folder.mails)
    local_ses = LocalSes(mail_archive)
    exit_stack.callback(local_ses.stop)
    local_stack = _ensure_stack(chosen_options, folder, emulator, local_ses)
    local_ses.set_simulator(MailboxSimulator(local_stack.queue_urls["FeedbackQueue"]))
    _load_programme()
    work = WorkCounter()
    event_mappings = mappings.build(app, local_stack, work, catch_up=catch_up)
    exit_stack.callback(lambda: _shut_down(emulator, event_mappings, work, folder))
    event_mappings.start()
    endpoints = LocalEndpoints(
        mail_archive, IdleCheck(work, event_mappings, local_stack), lambda: _on_clock_moved(folder)
    )
    _serve(server, Gateway(app, work, local_calls.respond_not_found), endpoints)
    exit_stack.callback(server.stop)


def format_urls(chosen_options: Options) -> str:
    """Format the URLs and the time, to print in the terminal."""
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
    """Save the advanced clock, and have the keys read anew, as they would be after minutes."""
    folder.save_clock(clock.now())
    secret_keys.clear_cache()


def _ensure_stack(
    chosen_options: Options, folder: DataFolder, emulator: aws.Emulator, local_ses: LocalSes
) -> Stack:
    aws.point_clients_at(emulator.wait_until_ready(), local_ses.url)
    local_stack = stack.ensure(folder)
    parameters = {
        "PublicUrl": chosen_options.url,
        "Sender": _SENDER,
        "Organisers": _ORGANISER,
        "RegistrationsPerSource": _UNLIMITED,  # all requests come from one address
        "SignInsPerAddress": _UNLIMITED,
        "MailsPerAddress": _UNLIMITED,
        "CheckInStaff": _CHECK_IN,
        "Caterers": _CATERER,
        **keys.put_missing(folder.load_or_create_keys()),
    }
    os.environ.update(local_stack.build_environment(parameters))
    return local_stack


def _load_programme() -> None:
    queues.client()  # boto3's first client must be made before threads start
    for event in load_events():
        flows.create_if_absent(event, clock.now())


def _serve(server: Server, gateway: Gateway, local_endpoints: LocalEndpoints) -> None:
    def respond(request: HttpRequest) -> HttpResponse:
        return local_endpoints(request) if request.path.startswith(local_calls.PREFIX) else gateway(request)

    server.serve(respond, local_calls.refuse)


def _shut_down(emulator: aws.Emulator, event_mappings: Mappings, work: WorkCounter, folder: DataFolder) -> None:
    """Let the functions finish their work and relay every committed change."""
    print("Stopping …", file=sys.stdout, flush=True)
    if event_mappings.stop(0 if emulator.has_ended else _SHUTDOWN_SECONDS) and not work.running_count:
        folder.mark_clean_shutdown()
