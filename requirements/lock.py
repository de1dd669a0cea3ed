"""Write the lock files of this directory from the pins of pyproject.toml; run by ``make lock``.

``runtime.txt`` and ``torch.txt`` hold what the program needs, ``test.txt`` and ``docs.txt`` what those
extras add, and ``cuda.txt`` the libraries that a CUDA build of torch needs and a CPU build does not.
Versions are resolved once for all of them, for every supported Python on Linux and macOS, and each file on
the index is listed by its SHA-256, so that pip refuses any other.

usage: python requirements/lock.py UV
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent / "pyproject.toml"
# Every entry is resolved for these alone; the pinned torch has no wheels for Python 3.15.
PYTHONS = "python_full_version < '3.15'"
SYSTEMS = [
    "(platform_machine == 'aarch64' and sys_platform == 'linux')",
    "(platform_machine == 'x86_64' and sys_platform == 'linux')",
    "sys_platform == 'darwin'",
]
SCRATCH = """\
[project]
name = "wanted"
version = "0"
dependencies = {needs}
[tool.uv]
environments = {platforms}
constraint-dependencies = {limits}
"""
OPTIONS = [
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--quiet",
]
CUDA = re.compile(r"(nvidia|cuda)-|triton=")
# Files that the default index does not list: PyTorch's CPU builds of the pinned release.
MORE_HASHES = {
    "torch==2.13.0": [
        # torch-2.13.0+cpu, CPython 3.11, Linux x86_64
        "sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    ],
}
HEADER = """\
# Made from the pins of pyproject.toml by `make lock`; do not edit.
# {what}
# Install with: pip install --require-hashes --no-deps -r requirements/{name}
"""
FILES = {
    "runtime.txt": "What the program needs beside torch.txt, with all that its packages need in turn.",
    "torch.txt": "Torch: an index lists one of its builds, a directory of wheels may hold another.",
    "test.txt": "What the test extra adds to runtime.txt.",
    "docs.txt": "What the docs extra adds to runtime.txt.",
    "cuda.txt": "What a CUDA build of torch needs beside runtime.txt; a CPU build does without.",
}


def resolve(uv: str, requirements: list[str], constraints: list[str]) -> dict[str, str]:
    """Return the lock entry of every package that requirements need, keyed by its first line."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "pyproject.toml")
        platforms = [f"{PYTHONS} and {system}" for system in SYSTEMS]
        wanted.write_text(SCRATCH.format(needs=requirements, platforms=platforms, limits=constraints))
        command = [uv, "pip", "compile", wanted, "--python-version", lowest_python(), *OPTIONS]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=scratch).stdout
    entries = [without_common_marker(entry) for entry in re.split(r"\n(?=\S)", text.strip())]
    return {entry.split(" \\", 1)[0]: entry for entry in entries}


def without_common_marker(entry: str) -> str:
    """Return an entry without the conditions that every entry has; elsewhere pip then says what it lacks."""
    line, *rest = entry.split(" \\\n", 1)
    line = line.replace(f" and ({' or '.join(SYSTEMS)})", "")
    line = line.replace(f"{PYTHONS} and ", "").removesuffix(f" ; {PYTHONS}").removesuffix(f" and {PYTHONS}")
    return " \\\n".join([line, *rest])


def lowest_python() -> str:
    """Return the oldest Python that the project supports, as ``3.11``."""
    return project()["requires-python"].removeprefix(">=")


def project() -> dict:
    """Return the table ``[project]`` of pyproject.toml."""
    return tomllib.loads(PROJECT.read_text())["project"]


def with_more_hashes(entry: str) -> str:
    """Return a lock entry with the hashes of MORE_HASHES added."""
    more = MORE_HASHES.get(entry.split(" \\", 1)[0], [])
    return entry + "".join(f" \\\n    --hash={value}" for value in more)


def write(name: str, entries: list[str]) -> None:
    """Write one lock file, its entries in alphabetical order."""
    header = HEADER.format(what=FILES[name], name=name)
    (HERE / name).write_text(header + "\n".join(with_more_hashes(entry) for entry in entries) + "\n")


def main(uv: str) -> None:
    """Resolve everything at once, then share the entries out among the files."""
    build = tomllib.loads(PROJECT.read_text())["build-system"]["requires"]
    base = project()["dependencies"] + build
    extras = project()["optional-dependencies"]
    everything = resolve(uv, base + extras["test"] + extras["docs"], [])
    runtime = resolve(uv, base, list(everything))
    apart = {"torch.txt": re.compile("torch="), "cuda.txt": CUDA}
    for name, pattern in apart.items():
        write(name, [entry for line, entry in runtime.items() if pattern.match(line)])
    rest = [line for line in runtime if not any(pattern.match(line) for pattern in apart.values())]
    write("runtime.txt", [runtime[line] for line in rest])
    for extra in ("test", "docs"):
        added = resolve(uv, base + extras[extra], list(everything))
        write(f"{extra}.txt", [entry for line, entry in added.items() if line not in runtime])


if __name__ == "__main__":
    main(*sys.argv[1:])
