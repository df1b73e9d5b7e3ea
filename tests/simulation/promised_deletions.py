"""Check what is promised about deletions: due, confirmed, a week after what made them due, and no one else's."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from chalicelib.aws import key_grammar, keys
from chalicelib.aws.items import Item, decode_item
from chalicelib.aws.keys import RegistrationKey, VersionKey
from chalicelib.programme.model import Event, RetentionStage
from chalicelib.reconciliation import recounting
from chalicelib.registration import store
from tests.simulation.world import World

GRACE = timedelta(days=7)  #: as the contract has it, not as the code does


class DeletionWatch:
    """A watch over the deletions of a world; `deletions` has who was deleted, by stage.

    `confirmed_versions` are the versions of events that an organiser would save with a confirmation.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._saved: dict[str, list[tuple[int, datetime, Event]]] = defaultdict(list)
        self._seen = len(world.aws.stream_reader.written)
        for event_id in world.event_ids:
            self._remember_document(event_id, self.read_item(event_id))
        self._people = {event_id: self._list_people(event_id) for event_id in world.event_ids}
        self.confirmed_versions: set[tuple[str, int]] = set()
        self.deletions: dict[RetentionStage, set[tuple[str, str]]] = defaultdict(set)

    def look(self) -> None:
        """Check what was deleted since the last look."""
        written, now = self._world.aws.stream_reader.written, self._world.clock.now()
        for record in written[self._seen :]:
            if record.sort_key == keys.EVENT_KIND and record.new:
                self._remember_document(record.event_id, record.new)
            elif record.kind == RegistrationKey.KIND and record.old and not store.is_erased(record.old):
                for stage in _find_deleted(record.old, record.new):
                    self.deletions[stage].add((record.event_id, record.suffix))
                    self._check_deletion(record.event_id, stage, now)
        self._seen = len(written)

    def _remember_document(self, event_id: str, item: Item) -> None:
        version = int(item["version"])
        if not self._saved[event_id] or self._saved[event_id][-1][0] != version:
            saved_at = datetime.fromisoformat(item["changed_at"])
            self._saved[event_id].append((version, saved_at, Event.model_validate_json(item["document"])))

    def check(self, event_id: str) -> None:
        """Check that all others are there, that the counters are theirs, and that it is known who saved what."""
        self._check_people(event_id)
        self._check_versions(event_id)

    def _check_deletion(self, event_id: str, stage: RetentionStage, now: datetime) -> None:
        """Check that the stage is due, and that the change that made it due was confirmed a week ago or more."""
        saved = self._saved[event_id]
        assert saved[-1][2].purge_moments[stage] <= now, (event_id, stage, "is not due")
        for (_, _, before), (version, saved_at, after) in reversed(list(pairwise(saved))):
            if before.purge_moments[stage] > now:
                assert now >= saved_at + GRACE, (event_id, stage, version, "is purged too soon")
                was_far = after.purge_moments[stage] >= saved_at + GRACE
                assert was_far or (event_id, version) in self.confirmed_versions, (event_id, stage, version)
                return

    def _check_people(self, event_id: str) -> None:
        """Check that all are there who were not deleted, and that what is taken is what they have."""
        deleted = {person for each, person in self.deletions["people"] if each == event_id}
        assert self._list_people(event_id) == self._people[event_id] - deleted
        assert recounting.recount(event_id).differences == []

    def _check_versions(self, event_id: str) -> None:
        """Check that each version is kept, and that an entry of the audit log says who saved it."""
        sort_keys = [
            key for (partition, key) in self._rows() if partition == key_grammar.event_partition(event_id)
        ]
        version = int(self.read_item(event_id)["version"])
        assert len([key for key in sort_keys if key.startswith(VersionKey.prefix())]) == version
        entries = [row.item for (_, key), row in self._rows().items() if key.startswith(keys.AuditKey.prefix())]
        kinds = [
            decode_item(item)["kind"]
            for item in entries
            if item["PK"]["S"] == key_grammar.event_partition(event_id)
        ]
        assert kinds.count("event-edited") + kinds.count("event-restored") >= self._count_changes(event_id)

    def _count_changes(self, event_id: str) -> int:
        saved = self._saved[event_id]
        return sum(before[2] != after[2] for before, after in pairwise(saved))

    def _rows(self) -> dict[Any, Any]:
        rows: dict[Any, Any] = self._world.aws.table.table._rows
        return rows

    def _list_people(self, event_id: str) -> set[str]:
        """List the ids of the people who are not erased."""
        return {
            keys.parse_registration_id({"PK": partition, "SK": key})
            for (partition, key), row in self._rows().items()
            if partition == key_grammar.event_partition(event_id)
            and key.startswith(RegistrationKey.prefix())
            and "attendee" in row.item
        }

    def read_item(self, event_id: str) -> Item:
        """Return the event's item as it is in the table."""
        key = keys.event_key(event_id)
        row = self._world.aws.table.table.get_row((key["PK"], key["SK"]))
        assert row
        return decode_item(row.item)


def _find_deleted(old: Item, new: Item | None) -> Iterator[RetentionStage]:
    """Find the stages that the write is a deletion of: the registration, or what is sealed in it."""
    if new is None:
        yield "people"
    elif store.SEALED_HEALTH in old and store.SEALED_HEALTH not in new and not store.is_erased(new):
        yield "health"
