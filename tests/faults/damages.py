"""Ways to damage a run directory: of its settings, which break it, and of its results."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

DEEP = "[" * 100_000 + "]" * 100_000


def _replace(name: str, content: bytes | str) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        (run / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return damage


def _pipe(name: str) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        (run / name).unlink()
        os.mkfifo(run / name)

    return damage


def _settings(**changes: object) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        path = run / "settings.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return damage


def _choice(**changes: object) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        path = run / "settings.json"
        found = json.loads(path.read_text())
        path.write_text(json.dumps(found | {"choices": found["choices"] | changes}))

    return damage


def _folder(name: str) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        (run / name).unlink()
        (run / name).mkdir()

    return damage


SETTINGS = {
    "empty": _replace("settings.json", ""),
    "nested deeply": _replace("settings.json", DEEP),
    "deep inside": _replace("settings.json", f'{{"choices": {DEEP}}}'),
    "binary": _replace("settings.json", bytes(range(256))),
    "NUL": _replace("settings.json", b"\0" * 1000),
    "a list": _replace("settings.json", "[]"),
    "a number": _replace("settings.json", "1e999"),
    "a pipe": _pipe("settings.json"),
    "a folder": _folder("settings.json"),
    "choices are a list": _settings(choices=[1, 2]),
    "seed is infinite": _choice(seed=float("inf")),
    "seed is text": _choice(seed="five"),
    "seed is true": _choice(seed=True),
    "study is a table": _choice(study={"a": 1}),
    "schedule is missing": _choice(schedule=None),
    "started is a number": _settings(started=5),
    "stages is a text": _settings(stages="split"),
    "stages of other types": _settings(stages=[1, ["split"]]),
    "an unknown stage": _settings(stages=["split", "telepathy"]),
    "a later schema": _settings(schema=99),
    "an odd schema": _settings(schema="2"),
    "versions are a list": _settings(versions=[]),
    "details are a text": _settings(details="quick"),
}
INSIDE = {
    "model is a list": _choice(model=[1]),
    "model is odd": _choice(model={"grid": {"a": 1}, "water": 5}),
    "network is a text": _choice(network="odd"),
    "prior is a number": _choice(prior=3),
    "details are odd": _settings(details={"site_level": {"sampler": 7}, "batch": [1]}),
    "sites is a list": _settings(sites=[1]),
    "empty scores": _replace("scores.csv", b""),
    "binary scores": _replace("scores.csv", bytes(range(256)) * 9),
    "scores of text": _replace("scores.csv", "part,method,r2,nse,rmse,bias,n\nheld out,a,b,c,d,e,f\n"),
    "scores of other columns": _replace("scores.csv", "a,b\n1,2\n"),
    "scores are a pipe": _pipe("scores.csv"),
    "scores are a folder": _folder("scores.csv"),
    "pairs are NUL": _replace("pairs.csv", b"\0" * 10_000),
    "empty posterior": _replace("posterior.nc", b""),
    "posterior is a pipe": _pipe("posterior.nc"),
    "posterior is text": _replace("posterior.nc", "hello"),
    "batch is a map": lambda run: (run / "batch.nc").write_bytes((run / "carbon_map.nc").read_bytes()),
    "split is a map": lambda run: (run / "split.nc").write_bytes((run / "carbon_map.nc").read_bytes()),
    "site carbon is a split": lambda run: (run / "site_carbon.nc").write_bytes(
        (run / "split.nc").read_bytes()
    ),
    "a list of members is a number": _replace("network/ensemble.json", "5"),
    "a list of members is deep": _replace("network/ensemble.json", DEEP),
    "a member outside": _replace("network/ensemble.json", '{"members": ["../../../etc"]}'),
    "a member of another type": _replace("network/ensemble.json", '{"members": [{"a": 1}]}'),
    "weights are a pickle": _replace("network/member0/weights.pt", b"\x80\x04\x95\xff"),
    "the manifest is deep": _replace("manifest.json", DEEP),
    "the manifest is a list": _replace("manifest.json", "[1]"),
    "the manifest is a pipe": _pipe("manifest.json"),
}
