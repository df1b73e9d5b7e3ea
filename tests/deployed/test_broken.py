"""That these tests would notice: a stack with one thing wrong does not do what the whole one does."""

import io
from copy import deepcopy
from typing import Any
from zipfile import ZipFile

from testing.system import build_email_address
from tests.deployed.account import Account, PermissionCheck
from tests.deployed.client import upcoming


def without(archive: bytes, folder: str) -> bytes:
    """The archive without one of its packages."""
    smaller = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as source, ZipFile(smaller, "w") as target:
        for name in source.namelist():
            if not name.startswith(f"{folder}/"):
                target.writestr(name, source.read(name))
    return smaller.getvalue()


def test_a_module_missing_in_the_archive_is_noticed(account: Account, archive: bytes, template: Any) -> None:
    """What is installed on this machine does not stand in for it."""
    broken = account.deploy("no-module", without(archive, "itsdangerous"), template)
    assert broken.request_sign_in().status in (500, 502)
    assert "No module named 'itsdangerous'" in account.log


def test_a_setting_missing_in_the_template_is_noticed(account: Account, archive: bytes, template: Any) -> None:
    """What stands in this machine's environment does not stand in for it."""
    changed = deepcopy(template)
    del changed["Globals"]["Function"]["Environment"]["Variables"]["TABLE_NAME"]
    broken = account.deploy("no-setting", archive, changed)
    assert broken.request_sign_in().status in (500, 502)
    assert "SettingMissing" in account.read_log(broken.resources["APIHandlerLog"])


def test_a_permission_missing_in_a_policy_is_noticed(account: Account, archive: bytes, template: Any) -> None:
    """The relay may not send to the queues, so no mail is sent."""
    changed = deepcopy(template)
    (policy,) = changed["Resources"]["RelayRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    policy["PolicyDocument"]["Statement"] = [each for each in statements if each["Sid"] != "SendToQueues"]
    broken = account.deploy("no-permission", archive, changed)
    assert broken.request_sign_in().status == 202
    relay = broken.resources["Relay"]

    def refused() -> list[PermissionCheck]:
        return [each for each in account.list_permission_checks() if each.function == relay and not each.allowed]

    assert {each.action for each in broken.wait_for(refused)} == {"sqs:SendMessage"}
    assert broken.list_mails_to(broken.organiser) == []


def test_a_filter_that_lets_too_little_through_is_noticed(account: Account, archive: bytes, template: Any) -> None:
    """Nothing tells of registrations any more: their mail would have come before one that is asked for later."""
    changed = deepcopy(template)
    (pattern,) = _source(changed, "Relay", "Dynamodb")["FilterCriteria"]["Filters"]
    pattern["Pattern"] = pattern["Pattern"].replace("REG#", "REGISTRATION#")
    broken = account.deploy("wrong-filter", archive, changed)
    broken.sign_in()
    broken.create("filtered", **upcoming())
    assert broken.register("filtered", "Mette")["status"] == "confirmed"
    assert broken.request_sign_in().status == 202
    broken.wait_for(lambda: len(broken.list_mails_to(broken.organiser)) == 2)
    assert broken.list_mails_to(build_email_address("filtered", "Mette")) == []


def test_a_mapping_from_another_queue_is_noticed(account: Account, archive: bytes, template: Any) -> None:
    """The broadcasts' worker gets the mail queue's facts, which it does not know, and no mail is sent."""
    changed = deepcopy(template)
    mail, rounds = _source(changed, "Mail", "Sqs"), _source(changed, "Rounds", "Sqs")
    mail["Queue"], rounds["Queue"] = rounds["Queue"], mail["Queue"]
    broken = account.deploy("wrong-mapping", archive, changed)
    assert broken.request_sign_in().status == 202
    broken.wait_for(lambda: "UnknownFact" in account.read_log(broken.resources["RoundsLog"]))
    assert broken.list_mails_to(broken.organiser) == []


def _source(template: Any, function: str, kind: str) -> Any:
    """What the template says of where the function's batches come from."""
    return template["Resources"][function]["Properties"]["Events"][f"{function}{kind}EventSource"]["Properties"]
