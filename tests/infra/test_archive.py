"""What goes into the archive of the functions' code."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from infra.packaging import NotPackaged, archive


def project(root: Path) -> Path:
    """An app with one module, and what running it left behind."""
    (root / "chalicelib" / "__pycache__").mkdir(parents=True)
    (root / "chalicelib" / "locales").mkdir()
    for name in ("app.py", "chalicelib/facts.py", "chalicelib/__pycache__/facts.cpython-311.pyc"):
        (root / name).write_text("")
    for name in ("messages.po", "messages.mo"):
        (root / "chalicelib" / "locales" / name).write_text("")
    return root


def test_only_what_functions_need_is_copied(tmp_path: Path) -> None:
    """Compiled catalogues go along; caches and catalogues' sources do not."""
    into = tmp_path / "work"
    into.mkdir()
    archive.copy_sources(project(tmp_path / "project"), into)
    assert sorted(str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()) == [
        "app.py",
        "chalicelib/facts.py",
        "chalicelib/locales/messages.mo",
    ]


def test_a_catalogue_that_is_not_compiled_is_not_packaged(tmp_path: Path) -> None:
    """Without it people would be spoken to in the wrong language."""
    root = project(tmp_path / "project")
    (root / "chalicelib" / "locales" / "messages.mo").unlink()
    (tmp_path / "work").mkdir()
    with pytest.raises(NotPackaged, match=r"^chalicelib/locales/messages.po is not compiled"):
        archive.copy_sources(root, tmp_path / "work")


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither the order nor the time of packaging shows."""
    for name, names in (("one", ["a.py", "b.py"]), ("other", ["b.py", "a.py"])):
        with ZipFile(tmp_path / f"{name}.zip", "w") as written:
            for day, inside in enumerate(names, start=1):
                written.writestr(ZipInfo(inside, (2026, 1, day, 0, 0, 0)), f"# {inside}")
        archive.rewrite_reproducibly(tmp_path / f"{name}.zip", tmp_path / f"{name}-anew.zip")
    assert (tmp_path / "one-anew.zip").read_bytes() == (tmp_path / "other-anew.zip").read_bytes()
    with ZipFile(tmp_path / "one-anew.zip") as anew:
        sources = {name: anew.read(name) for name in anew.namelist() if name.endswith(".py")}
        assert sources == {"a.py": b"# a.py", "b.py": b"# b.py"}


def test_modules_come_compiled(tmp_path: Path) -> None:
    """Python takes the compiled module without looking at the source, and says where it lies now."""
    with ZipFile(tmp_path / "packaged.zip", "w") as written:
        written.writestr("part/where.py", "def here():\n    return here.__code__.co_filename\n")
    archive.rewrite_reproducibly(tmp_path / "packaged.zip", tmp_path / "anew.zip")
    with ZipFile(tmp_path / "anew.zip") as anew:
        anew.extractall(tmp_path / "task")
    (tmp_path / "task" / "part" / "where.py").write_text("raise SystemExit('compiled anew')")
    command = [sys.executable, "-c", "from part.where import here; print(here())"]
    ran = subprocess.run(command, cwd=tmp_path / "task", capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == (f"{tmp_path / 'task' / 'part' / 'where.py'}\n", "")


def test_what_is_too_large_is_not_packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says how large it is, and how large it may be."""
    monkeypatch.setattr(archive, "_LIMIT_MB", 1)
    with ZipFile(tmp_path / "large.zip", "w") as large:
        large.writestr("large", bytes(1_049_000))
        with pytest.raises(NotPackaged) as caught:
            archive.check_size(large)
    assert str(caught.value) == "The package is 1.0 MB unzipped, and should be at most 1 MB."
