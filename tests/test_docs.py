"""The documents are held true by what they describe."""

import re
from typing import get_args

from chalicelib.aws import keys, waitlist_keys
from chalicelib.aws.metrics import MetricName
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.settings import Settings
from chalicelib.travel.lists.warning import WARNING_CODES
from testing.account import ROOT, load_resources

DOCS = ROOT / "docs"


def words_in_code(name: str) -> set[str]:
    text = re.sub(r"^```.*?^```", "", (DOCS / name).read_text(), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", text))


def test_every_setting_is_documented_and_no_other() -> None:
    """The table of settings is the settings."""
    text = (DOCS / "operations.md").read_text().partition("## Queues")[0]
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.__struct_fields__}


def test_every_queue_is_documented() -> None:
    """The queues and their dead letters are those of the template, delivered as often as said."""
    queues = {name: each for name, each in load_resources().items() if each["Type"] == "AWS::SQS::Queue"}
    assert set(queues) <= words_in_code("operations.md")
    for queue in queues.values():
        assert queue["Properties"].get("RedrivePolicy", {"maxReceiveCount": 5})["maxReceiveCount"] == 5


def test_every_kind_of_item_is_documented() -> None:
    """The design's table of items has every key that the key grammar makes."""
    made = [
        keys.event_key("i"),
        keys.places_key("i"),
        keys.registration_key("i", "r"),
        waitlist_keys.waitlist_entry_key("i", "k"),
    ]
    made += [
        waitlist_keys.skip_key("i", "t", "r"),
        keys.mail_key("i", "f"),
        keys.link_request_key("i", "r", "q"),
        keys.manifest_key("i", 1),
        keys.task_key("i", "p"),
        keys.version_key("i", 1),
        keys.numbers_key("i", "m"),
        keys.broadcast_key("i", "r"),
        keys.additions_key("i"),
        keys.purge_key("i"),
        keys.bookings_key("i", "l"),
        keys.audit_entry_key("i", "a", "t"),
    ]
    made += [keys.sign_in_key("i"), keys.session_key("i", "i"), keys.rate_limit_key("i", 0), keys.PROGRAMME_KEY]
    documented = re.findall(r"\| `([A-Z]+)(?:#\w+)?` \| `([A-Z]+)", (DOCS / "design.md").read_text())
    assert set(documented) == {(key["PK"].split("#")[0], key["SK"].split("#")[0]) for key in made}


def test_the_readme_names_the_make_commands_that_exist() -> None:
    """Every `make …` in the README is a target."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text()))
    assert named <= targets


def test_every_check_of_a_manifest_is_documented_and_no_other() -> None:
    """The table of checks is the codes."""
    text = (DOCS / "manifests.md").read_text().partition("| `code` |")[2].partition("\n\n")[0]
    named = re.findall(r"`([a-z-]+)`", "".join(line.split("|")[1] for line in text.splitlines() if "|" in line))
    assert set(named) == set(WARNING_CODES)


def test_every_metric_is_documented_and_no_other() -> None:
    """The table of metrics is the meters."""
    text = (DOCS / "operations.md").read_text().partition("| metric |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in text.splitlines() if "|" in line))
    assert set(named) == set(get_args(MetricName))


def test_every_kind_of_mail_is_documented_and_no_other() -> None:
    """The table of mails is the kinds."""
    text = (DOCS / "operations.md").read_text().partition("## The mails")[2].partition("\n## ")[0]
    named = re.findall(r"`([a-z-]+)`", "".join(line.split("|")[1] for line in text.splitlines() if "|" in line))
    assert set(named) - {"kind"} == set(MAIL_KINDS)
