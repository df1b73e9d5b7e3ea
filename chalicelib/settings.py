"""The settings: one frozen object, read once from the environment.

In AWS the template sets them (`infra/resources.yaml`), locally `make run` does.
"""

import os
from dataclasses import dataclass
from functools import cache
from typing import Literal

#: What somebody who signs in may do: an organiser everything, the others what the routes for them say.
Role = Literal["organiser", "check_in", "caterer"]


class SettingMissing(RuntimeError):
    """A setting that a function cannot do without is not in its environment."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The setting {name} is missing: set it in the function's environment.")


@dataclass(frozen=True)
class Settings:
    """Where things are and who may do what; every field is the environment variable of its upper-case name."""

    table_name: str  #: the DynamoDB table
    bucket_name: str  #: the S3 bucket of the manifests' files
    mail_queue_url: str  #: the SQS FIFO queue of what people are to be told
    waitlist_queue_url: str  #: the SQS FIFO queue of what may move the waitlist
    manifest_queue_url: str  #: the SQS queue of manifests to build
    rounds_queue_url: str  #: the SQS FIFO queue of what everybody at an event is to be told
    public_url: str  #: where people reach the service, without a slash at the end
    sender: str  #: the address that mails come from
    configuration_set: str  #: the SES configuration set whose events come back to the feedback queue
    organisers: tuple[str, ...]  #: mail addresses of those who may see and do everything, comma-separated
    check_in_staff: tuple[str, ...]  #: of those who check people in at the door; may be empty
    caterers: tuple[str, ...]  #: of those who are to know how many come and what they eat; may be empty
    signing_keys: str  #: sign the links, comma-separated, oldest first; or their SSM parameter (secret_keys.py)
    identity_key: str  #: makes registration ids from addresses, never changed; or its SSM parameter
    sealing_keys: str  #: seal what is about health, as the signing keys; empty where a function does not need it
    registrations_per_source: int  #: an hour and event, from one network address, where the event does not say
    sign_ins_per_address: int  #: links, within the time that a link lasts
    mails_per_address: int  #: a day, of those that anybody can cause without signing in

    def get_roles(self, address: str) -> frozenset[Role]:
        """The roles of whoever has this mail address; none of whoever is not listed."""
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
    """The settings of this function; raises SettingMissing naming the first one that is not set."""
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
        identity_key=_require("IDENTITY_KEY"),
        sealing_keys=os.environ.get("SEALING_KEYS", ""),
        registrations_per_source=_require_int("REGISTRATIONS_PER_SOURCE"),
        sign_ins_per_address=_require_int("SIGN_INS_PER_ADDRESS"),
        mails_per_address=_require_int("MAILS_PER_ADDRESS"),
    )
