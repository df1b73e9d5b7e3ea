"""The folder that keeps the local data."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from infra.local import data_folder
from infra.local.data_folder import DataFolder
from infra.local.options import CannotStart


def test_keys_are_made_once(tmp_path: Path) -> None:
    """The next run signs with the same keys, and no other user may read them."""
    first = DataFolder.open(tmp_path)
    keys = first.load_or_create_keys()
    first.close()

    again = DataFolder.open(tmp_path)

    assert again.load_or_create_keys() == keys
    assert set(keys) == {"SigningKeys", "SessionKeys", "IdentityKey", "SealingKeys"}
    assert len(set(keys.values())) == 4
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    again.close()


def test_no_other_user_reads_the_folder(tmp_path: Path) -> None:
    """Its mails and keys are for the user who runs it, also in a folder that an earlier version made."""
    (tmp_path / "data" / "mails").mkdir(parents=True)
    (tmp_path / "data").chmod(0o755)
    folder = DataFolder.open(tmp_path / "data")
    modes = {stat.S_IMODE(part.stat().st_mode) for part in (folder.path, folder.aws, folder.files, folder.mails)}
    assert modes == {0o700}
    folder.close()


@pytest.mark.parametrize("added", [{"SealingKeys": "sealing"}, {}])
def test_a_folder_of_an_earlier_version_gets_the_keys_that_came_later(
    tmp_path: Path, added: dict[str, str]
) -> None:
    """Those that seal and those that sign sessions; the keys that it has stay as they are."""
    before = {"SigningKeys": "signing", "IdentityKey": "identity", **added}
    (tmp_path / "keys.json").write_text(json.dumps(before))
    keys = DataFolder(tmp_path).load_or_create_keys()
    assert keys == {**keys, **before}
    assert keys.keys() == {"SigningKeys", "SessionKeys", "IdentityKey", "SealingKeys"}
    assert len(set(keys.values())) == 4
    assert DataFolder(tmp_path).load_or_create_keys() == keys


def test_the_clock_is_kept(tmp_path: Path) -> None:
    """What was saved last is read back as the same moment."""
    folder = DataFolder(tmp_path)
    assert folder.read_clock() is None

    folder.save_clock(datetime.fromisoformat("2020-01-01T10:00:00+01:00"))
    folder.save_clock(datetime.fromisoformat("2020-02-01T10:00:00+01:00"))

    assert folder.read_clock() == datetime.fromisoformat("2020-02-01T09:00:00Z")


def test_the_clock_is_kept_by_several_at_once(tmp_path: Path) -> None:
    """Advancing it and saving it periodically do not get in each other's way."""
    folder, moment = DataFolder(tmp_path), datetime.fromisoformat("2020-01-01T10:00:00Z")
    with ThreadPoolExecutor(4) as threads:
        for saved in [threads.submit(folder.save_clock, moment) for _ in range(400)]:
            saved.result()
    assert folder.read_clock() == moment


def test_a_folder_in_use_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs on the same data would overwrite each other's."""
    monkeypatch.setattr(data_folder, "_LOCK_TIMEOUT", 0.1)
    first = DataFolder.open(tmp_path)

    with pytest.raises(CannotStart, match="in use by another run"):
        DataFolder.open(tmp_path)

    first.close()
    DataFolder.open(tmp_path).close()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(CannotStart, match="cannot be written"):
        DataFolder.open(file / "data")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "\x00\x01"])
def test_unreadable_state_is_refused(tmp_path: Path, content: str) -> None:
    """The refusal names the folder, the file and the way out."""
    DataFolder.open(tmp_path).close()
    (tmp_path / "aws" / "dynamodb.json").write_text(content)

    with pytest.raises(CannotStart) as refused:
        DataFolder.open(tmp_path)

    assert str(refused.value) == (
        f"The local data in {tmp_path} is damaged (aws/dynamodb.json cannot be read): move the folder away or "
        "delete it to start afresh, or name another one with DATA=/path/to/folder."
    )


@pytest.mark.parametrize(
    ("file", "read"), [("keys.json", DataFolder.load_or_create_keys), ("clock.json", DataFolder.read_clock)]
)
@pytest.mark.parametrize("content", ["", "{}", '{"now": 1, "SigningKeys": ""}', "null"])
def test_own_files_that_cannot_be_read_are_refused(tmp_path: Path, file: str, read: object, content: str) -> None:
    """Keys made anew would make every link invalid, so nothing is made up."""
    assert callable(read)
    (tmp_path / file).write_text(content)

    with pytest.raises(CannotStart, match=f"is damaged \\({file} cannot be read\\)"):
        read(DataFolder(tmp_path))


def test_only_a_clean_stop_leaves_the_folder_in_order(tmp_path: Path) -> None:
    """A first run has nothing untold; after that it takes the mark of a clean stop, which counts once."""
    folder = DataFolder.open(tmp_path)
    assert folder.consume_clean_shutdown_marker()
    folder.load_or_create_keys()
    (tmp_path / "aws" / "dynamodb.json").write_text('{"payload": {}}')

    assert not folder.consume_clean_shutdown_marker()
    folder.mark_clean_shutdown()
    assert folder.consume_clean_shutdown_marker()
    assert not folder.consume_clean_shutdown_marker()
    folder.close()


def test_a_folder_that_is_not_kept_is_removed(tmp_path: Path) -> None:  # noqa: ARG001
    """`DATA=` leaves nothing behind."""
    folder = DataFolder.open(None)
    assert folder.path.is_dir()

    folder.close()

    assert not folder.path.exists()
