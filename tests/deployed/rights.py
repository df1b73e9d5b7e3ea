"""What functions have asked for as deployed, in the words of their policies."""

from tests.deployed.account import Account
from tests.deployed.client import DeployedSystem
from tests.infra.policies import IN_ITS_NAME, Permission, granted


def list_used_permissions(account: Account, stack: DeployedSystem, function: str) -> set[Permission]:
    """What the function has asked for so far, whether it had it or not."""
    name = stack.resources["APIHandler" if function == "api_handler" else function.title()]
    return {
        (each.action, _name_resource(each.resource, stack))
        for each in account.list_permission_checks()
        if each.function == name
    }


#: What a function may for a table that an earlier release wrote, which is nowhere here (workers/migrations.py).
OF_EARLIER_RELEASES: dict[str, set[Permission]] = {"reconciler": {("dynamodb:ConditionCheckItem", "Table.Arn")}}


def list_verifiable_permissions(function: str) -> set[Permission]:
    """The permissions of its policy, without those that the emulator does not check.

    It brings the batches and takes the log itself, as Lambda does in the function's name, encrypts nothing for S3
    and SSM, and knows of the permissions for a mail the one that its reference names for the sender.
    """
    own = {each for each in granted(function) if each[0].partition(":")[0] not in ("logs", "kms", "ses")}
    mails = {("ses:SendEmail", "identity/MailDomain")} & {*granted(function)}
    return (own | mails) - IN_ITS_NAME.get(function, set()) - OF_EARLIER_RELEASES.get(function, set())


def _name_resource(resource: str, stack: DeployedSystem) -> str:
    """The resource by its logical id: `arn:aws:sqs:…:tilmelding-MailQueue-1A2B.fifo` is `MailQueue.Arn`."""
    logical = {physical.rpartition("/")[2]: name for name, physical in stack.resources.items()}
    match resource.rpartition(":")[2].split("/", 2):
        case ["table", table, *index]:
            return "/".join([f"{logical[table]}.Arn", *index])
        case ["parameter", _, key]:
            return "parameter" + "".join(word.title() for word in key.split("-"))
        case ["identity", _]:
            return "identity/MailDomain"
        case [name]:
            return f"{logical[name]}.Arn"
        case [bucket, *_]:
            return f"{logical[bucket]}.Arn/*"
    raise AssertionError(resource)
