"""Git LFS pointers: small texts that stand in a clone for a large file that was not downloaded."""

from __future__ import annotations

from pathlib import Path

from proda_core.records.checks import InputError

POINTER = b"version https://git-lfs.github.com/spec/"  # first bytes [Git LFS specification]


def expect_no_pointer(path: Path | str) -> None:
    """Raise InputError where the file is a Git LFS pointer instead of the file it stands for."""
    path = Path(path)
    if not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(POINTER):
        size = next((line.split()[-1] for line in start.decode(errors="replace").splitlines() if "size" in line), "")
        found = f" of a file of {int(size):,} bytes" if size.isdigit() else ""
        raise InputError(
            f"{path}: expected data, found the Git LFS pointer{found}; fetch the file with: git lfs pull"
        )
