"""The settings: one frozen object, read once from the environment.

In AWS the template sets them (`infra/resources.yaml`), locally `make run` does.
"""

import os
from functools import cache
from typing import Literal

import msgspec

#: Roles of those who sign in: an organiser may do everything, the others what the routes for them allow.
Role = Literal["organiser", "check_in", "caterer"]


class SettingMissing(RuntimeError):
    """A required setting is not in the function's environment."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The setting {name} is missing: set it in the function's environment.")


class Settings(msgspec.Struct, frozen=True):
    """The settings; every field is the environment variable of its upper-case name."""

    table_name: str  #: the DynamoDB table
    bucket_name: str  #: the S3 bucket of the manifests' files
    mail_queue_url: str  #: the SQS FIFO queue of facts to send a mail about
    waitlist_queue_url: str  #: the SQS FIFO queue of facts that may move the waitlist
    manifest_queue_url: str  #: the SQS queue of manifests to build
    rounds_queue_url: str  #: the SQS FIFO queue of broadcasts
    public_url: str  #: the URL of the service, without a slash at the end
    sender: str  #: the address that mails come from
    configuration_set: str  #: the SES configuration set whose events come back to the feedback queue
    organisers: tuple[str, ...]  #: mail addresses of the organisers, comma-separated
    check_in_staff: tuple[str, ...]  #: mail addresses of those who check participants in at the door; may be empty
    caterers: tuple[str, ...]  #: mail addresses of those who see the numbers of meals; may be empty
    signing_keys: str  #: sign participants' links, comma-separated, oldest first; or their SSM parameter
    session_keys: str  #: sign sessions and sign-in links, as the signing keys
    identity_key: str  #: derives registration ids from addresses, never changed; or its SSM parameter
    sealing_keys: str  #: seal data about health, as the signing keys; empty in functions without
    registrations_per_source: int  #: an hour and event, from one network, unless the event sets its own
    sign_ins_per_address: int  #: links, within the lifetime of a link
    mails_per_address: int  #: a day, to a mailbox that has not used the link in them

    def get_roles(self, address: str) -> frozenset[Role]:
        """Return the roles of the mail address; none for an address that is not listed."""
        listed: dict[Role, tuple[str, ...]] = {
            "organiser": self.organisers,
            "check_in": self.check_in_staff,
            "caterer": self.caterers,
        }
        return frozenset(role for role, addresses in listed.items() if address.casefold() in addresses)


def _require(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SettingMissing(name)
    return value


def _require_int(name: str) -> int:
    return int(_require(name))


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _split_addresses(text: str) -> tuple[str, ...]:
    return tuple(address.casefold() for address in _split_list(text))


@cache
def settings() -> Settings:
    """Return the settings of this function; raises SettingMissing naming the first that is not set."""
    return Settings(
        table_name=_require("TABLE_NAME"),
        bucket_name=_require("BUCKET_NAME"),
        mail_queue_url=_require("MAIL_QUEUE_URL"),
        waitlist_queue_url=_require("WAITLIST_QUEUE_URL"),
        manifest_queue_url=_require("MANIFEST_QUEUE_URL"),
        rounds_queue_url=_require("ROUNDS_QUEUE_URL"),
        public_url=_require("PUBLIC_URL").rstrip("/"),
        sender=_require("SENDER"),
        configuration_set=_require("CONFIGURATION_SET"),
        organisers=_split_addresses(_require("ORGANISERS")),
        check_in_staff=_split_addresses(os.environ.get("CHECK_IN_STAFF", "")),
        caterers=_split_addresses(os.environ.get("CATERERS", "")),
        signing_keys=_require("SIGNING_KEYS"),
        session_keys=_require("SESSION_KEYS"),
        identity_key=_require("IDENTITY_KEY"),
        sealing_keys=os.environ.get("SEALING_KEYS", ""),
        registrations_per_source=_require_int("REGISTRATIONS_PER_SOURCE"),
        sign_ins_per_address=_require_int("SIGN_INS_PER_ADDRESS"),
        mails_per_address=_require_int("MAILS_PER_ADDRESS"),
    )
