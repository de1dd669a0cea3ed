"""``proda simulate``: from a CSV of parameters to labelled pools in a NetCDF file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.soil_model import steady_state
from proda_core.studies import open_study
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import POOLS
from tests.unit.command_line import CommandLine

PRIOR = PRIORS["proda"]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "results" / "carbon.nc"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Parameters in the middle of the prior at sites 12 and 3 of the example."""
    path = tmp_path / "parameters.csv"
    middle = np.tile((PRIOR.lower + PRIOR.upper) / 2, (2, 1))
    pd.DataFrame(middle, columns=list(PRIOR.names), index=[12, 3]).to_csv(path, index_label="site")
    return path


def _edit(csv: Path, column: str, value: object) -> None:
    table = pd.read_csv(csv)
    table[column] = table[column].astype(object)
    table.loc[0, column] = value
    table.to_csv(csv, index=False)


def test_without_parameters_it_is_clm5s_default_run(proda: CommandLine, output: Path) -> None:
    answer = proda("simulate", "--data", "example", "--sites", "5,2-3", "--output", output, "--json")
    assert answer.code == 0
    assert answer.json["sites"] == [5, 2, 3]
    written = xr.load_dataset(output)
    expected = steady_state.simulate(None, open_study("example").forcing.select([5, 2, 3]))
    assert written["carbon"].dims == ("site", "pool", "layer")
    assert written["carbon"].attrs["units"] == "gC m-3"
    assert tuple(written["pool"].values) == POOLS
    assert written["site"].values.tolist() == [5, 2, 3]
    assert np.array_equal(written["carbon"], expected["carbon"])


def test_the_file_says_how_it_was_made(proda: CommandLine, output: Path, csv: Path) -> None:
    proda("simulate", "--parameters", csv, "--output", output)
    attrs = xr.load_dataset(output).attrs
    assert "proda simulate --parameters" in attrs["history"]
    assert str(csv) in attrs["input_sha256"]
    assert attrs["data"] == "example" and attrs["bedrock"] == "closed"


def test_the_sites_of_the_csv_are_taken_in_its_order(proda: CommandLine, output: Path, csv: Path) -> None:
    proda("simulate", "--parameters", csv, "--output", output)
    written = xr.load_dataset(output)
    table = pd.read_csv(csv).set_index("site")
    expected = steady_state.simulate(table, open_study("example").forcing.select([12, 3]))
    assert written["site"].values.tolist() == [12, 3]
    assert np.array_equal(written["carbon"], expected["carbon"])


def test_limit_takes_the_first_sites(proda: CommandLine, output: Path) -> None:
    proda("simulate", "--limit", 4, "--output", output)
    assert xr.load_dataset(output)["site"].values.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sites", "1", "--limit", "1"], "--sites and --limit: expected one of them"),
        (["--sites", "one"], "--sites: expected numbers or ranges such as 12,15 or 0-9, found 'one'"),
        (["--sites", "99999"], "--sites: expected sites of this data set (60 sites, 0 to 59), found 99999"),
        (["--data", "northeast"], "proda data fetch northeast"),
        (["--parameters", "nowhere.csv"], "nowhere.csv: expected a CSV file, found no such file"),
    ],
)
def test_a_wrong_request_is_answered_with_its_sentence(
    proda: CommandLine, output: Path, arguments: list[str], message: str
) -> None:
    answer = proda("simulate", *arguments, "--output", output)
    assert answer.code == 2
    assert message in answer.err
    assert not output.exists()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("q10", "warm", "line 2, column q10: expected a number, found 'warm'"),
        ("fs1s2", 1.5, "parameter fs1s2 at site 12: expected [0, 1] 1, found 1.5"),
        ("tau4s3", 0.0, "parameter tau4s3 at site 12: expected (0, inf) yr, found 0"),
        ("q10", -2.0, "parameter q10 at site 12"),
        ("site", 4711, "expected sites"),
    ],
)
def test_what_physics_forbids_is_refused_with_its_place(
    proda: CommandLine, output: Path, csv: Path, column: str, value: object, message: str
) -> None:
    _edit(csv, column, value)
    answer = proda("simulate", "--parameters", csv, "--output", output)
    assert answer.code == 2
    assert message in answer.err
    assert not output.exists()


def test_what_lies_outside_the_prior_is_used_with_a_warning(
    proda: CommandLine, output: Path, csv: Path
) -> None:
    """CLM5's own e-folding depth, 10 m, lies outside."""
    _edit(csv, "efolding", 10.0)
    answer = proda("simulate", "--parameters", csv, "--output", output)
    assert answer.code == 0
    assert "Warning: efolding lies outside the prior proda" in answer.err
    assert output.exists()


def test_an_output_that_is_no_netcdf_name_is_refused(proda: CommandLine, tmp_path: Path) -> None:
    answer = proda("simulate", "--limit", 1, "--output", tmp_path / "carbon.txt")
    assert answer.code == 2
    assert "--output: expected a name ending in .nc, found 'carbon.txt'" in answer.err


def test_an_output_that_cannot_be_written_is_a_failure(proda: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = proda("simulate", "--limit", 1, "--output", tmp_path / "file" / "carbon.nc")
    assert answer.code == 1
    assert answer.err.startswith("Error: ") and len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("bedrock", "solution"),
    [("closed", "pools7x20_exact_closed_bedrock"), ("authors", "pools7x20_exact_authors_scheme")],
)
def test_real_sites_agree_with_the_80_digit_solutions(
    proda: CommandLine,
    output: Path,
    tmp_path: Path,
    real_data: Path,
    reference_data: Path,
    bedrock: str,
    solution: str,
) -> None:
    """Above bedrock, in every pool, 1e-9; for ``authors`` where the solution itself is physical."""
    reference = np.load(reference_data / "real_sites.npz")
    csv = tmp_path / "reference.csv"
    table = pd.DataFrame(
        reference["param_phys"], columns=reference["param_names"], index=reference["northeast_row"]
    )
    table.to_csv(csv, index_label="site")
    arguments = ["--data", real_data / "northeast", "--parameters", csv, "--bedrock", bedrock]
    assert proda("simulate", *arguments, "--output", output).code == 0
    found, exact = xr.load_dataset(output)["carbon"].values, reference[solution]
    above = np.arange(20) < reference["nbedrock"].max(axis=1)[:, None]
    soc = exact[:, 4:].sum(axis=1)
    physical = np.where(above, (soc > 0) & (soc < 1e6), True).all(axis=1)
    assert physical.sum() >= 10
    difference = np.abs(found - exact) <= 1e-9 * np.abs(exact)
    assert difference.transpose(0, 2, 1)[above & physical[:, None]].all()
