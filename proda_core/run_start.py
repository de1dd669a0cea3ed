"""Begin a run, or return the run to resume, with its resolved choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from proda_core.method_options import method_choices
from proda_core.records import store
from proda_core.records.bedrock import bedrock_sentence
from proda_core.records.checks import expect
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.run_choices import Choices, before_these_choices
from proda_core.run_inputs import describe_sites
from proda_core.run_source import changed_records, write_source
from proda_core.run_study import NPP_FILE, changed_study, npp_of_study, npp_sentence, write_npp
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
    is_file = isinstance(npp, (str, Path)) and not (directory / NPP_FILE).exists()
    found = npp_of_study(Path(npp), study) if is_file else None
    used = changed_study(study, choices.model.grid, found, bedrock=choices.model.bedrock)
    run = start(
        *(directory, study, _name_of(study, earlier) | choices.to_dict(), choices.details()),
        stages=choices.stages(),
        sites=describe_sites(used, choices.sites_at_most),
        before=before_these_choices(earlier, study.forcing) if earlier else None,
        notes=(*notes, *_notes(choices, found, used.profiles)),
    )
    write_source(run, study)
    if found is not None:
        write_npp(run, found)
    return run, choices


def _name_of(study: Study, earlier: Run | None) -> dict[str, str]:
    """The name an earlier run has for the same data, which may have been renamed since."""
    if earlier is None or changed_records(earlier, study):
        return {}
    return {"study": earlier.settings["choices"]["study"]}


def _notes(choices: Choices, npp: xr.Dataset | None, profiles: Profiles) -> Iterator[str]:
    """Sentences on choices and observations that a reader of the results has to know."""
    if sentence := bedrock_sentence(profiles):
        yield sentence
    if choices.batch_sites == "all":
        yield "batch assimilation has seen the held-out sites: its scores there are not those of unseen sites"
    if npp is not None:
        yield npp_sentence(npp)


def _described(npp: str | Path | Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Name and SHA-256 of a file of net primary production; as given where it is already described."""
    if npp is None or isinstance(npp, Mapping):
        return npp
    path = Path(npp)
    expect(path.is_file(), f"npp: expected a GeoTIFF of net primary production, found no file {path}")
    return {"file": path.name, "sha256": store.file_hash(path)}
