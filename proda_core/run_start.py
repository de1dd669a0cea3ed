"""Begin a run, or return the run to resume, with its resolved choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from proda_core.method_options import method_choices
from proda_core.records import store
from proda_core.records.checks import expect
from proda_core.records.study import Study
from proda_core.run_choices import Choices, before_these_choices
from proda_core.run_inputs import describe_sites
from proda_core.run_study import changed_study, npp_of_study, npp_sentence, write_npp
from proda_core.runs import SETTINGS, Run, start


def start_run(
    study: Study,
    directory: Path,
    *,
    npp: str | Path | Mapping[str, str] | None,
    notes: Iterable[str],
    method: Mapping[str, Any],
    **arguments: Any,
) -> tuple[Run, Choices]:
    """Return the run in ``directory`` with its choices; the arguments are those of ``journey.run``.

    Raises InputError where the directory holds another run or choices exclude each other.
    """
    earlier = Run(directory) if (directory / SETTINGS).exists() else None
    choices = Choices.from_arguments(
        npp=_described(npp),
        method=method_choices(method),
        forcing=study.forcing,
        earlier=earlier,
        **arguments,
    )
    found = npp_of_study(Path(npp), study) if npp and earlier is None else None
    used = changed_study(study, choices.model.grid, found)
    run = start(
        *(directory, study, choices.to_dict(), choices.details()),
        stages=choices.stages(),
        sites=describe_sites(used, choices.sites_at_most),
        before=before_these_choices(earlier, study.forcing) if earlier else None,
        notes=(*notes, *(() if found is None else (npp_sentence(found),))),
    )
    if found is not None:
        write_npp(run, found)
    return run, choices


def _described(npp: str | Path | Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Name and SHA-256 of a file of net primary production; as given where it is already described."""
    if npp is None or isinstance(npp, Mapping):
        return npp
    path = Path(npp)
    expect(path.is_file(), f"npp: expected a GeoTIFF of net primary production, found no file {path}")
    return {"file": path.name, "sha256": store.file_hash(path)}
