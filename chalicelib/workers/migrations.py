"""The registry of migrations: what an earlier version stored in another form, until when that form is known here.

Migrations are backward compatible (expand, then contract): this version reads the old form and writes the new one,
and the version before it goes on working with what this one writes. A deployment needs no pause, and it is undone
by deploying the version before. The reconciler runs the backfills every hour, because a restored backup may bring
the old form back at any time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.programme import backfills
from chalicelib.programme.store import StoredEvent

Backfill = Callable[[Sequence[StoredEvent]], None]


@dataclass(frozen=True)
class Migration:
    """A change of what is stored.

    `old_form` is what an earlier version left, and which code still reads it; `removable` is when that code, its
    tests and this entry may go. `backfill` writes the new form for these events, idempotently; None where the old
    form is read until it is written anew.
    """

    id: str
    old_form: str
    removable: str
    backfill: Backfill | None = None


MIGRATIONS = (
    Migration(
        id="purge-items",
        old_form="Events without the PURGE item by which the clock finds personal data that is to be deleted, or"
        " with one that does not say when each stage is due; retention/flows.py, programme/store.py.",
        removable="35 days after the backfill ran everywhere: no backup from before it can be restored any more.",
        backfill=backfills.backfill_purge_schedules,
    ),
    Migration(
        id="event-versions",
        old_form="Events whose current version is not kept as a VERSION item; programme/store.py.",
        removable="35 days after the backfill ran everywhere: no backup from before it can be restored any more.",
        backfill=backfills.backfill_versions,
    ),
    Migration(
        id="freed-facts",
        old_form="Messages of the fact `freed` under the name `capacity-changed`; facts.LEGACY_KINDS.",
        removable="14 days after this version runs everywhere: no queue keeps a message longer.",
    ),
    Migration(
        id="sealed-health",
        old_form="Registrations whose data about health is not sealed, or stands beside the seal;"
        " registration/sealing.py.",
        removable="When all events of that time are past their retention, so that their registrations are gone.",
    ),
    Migration(
        id="companion-ids",
        old_form="Registrations without the attribute `brought`; registration/store.py.",
        removable="When all events of that time are past their retention, so that their registrations are gone.",
    ),
    Migration(
        id="session-keys",
        old_form="Sessions without an item of their own, the records that such a session was ended, and sign-in"
        " links, all signed with the keys of participants' links. No code reads them: people sign in once more.",
        removable="A day after this version runs everywhere: all of them have expired.",
    ),
)


def run_backfills(events: Sequence[StoredEvent]) -> None:
    """Bring what is stored about these events into its present form; where it has that already, write nothing."""
    for migration in MIGRATIONS:
        if migration.backfill:
            migration.backfill(events)
