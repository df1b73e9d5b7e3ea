"""Reset what a process keeps between calls, and name the moment at which tests begin."""

from chalicelib import settings
from chalicelib.aws import queues, secret_keys, table
from chalicelib.mail.delivery import sender
from chalicelib.programme import store as programme_store
from chalicelib.travel import files

NOW = "2019-11-01T08:00:00+01:00"


def clear_caches() -> None:
    """Clear what modules keep between calls: clients, settings, keys, and events read lately."""
    clients = (table.client, queues.client, sender.client, files.client, secret_keys.client)
    for remembered in (settings.settings, *clients):
        remembered.cache_clear()
    programme_store.clear_cache()
    secret_keys.clear_cache()
