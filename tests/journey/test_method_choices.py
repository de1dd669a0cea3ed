"""Choices of the method reach every stage of a run, are kept in it, and are used by all that read it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import xarray as xr

from proda_core import journey
from proda_core.assimilation.schedules import from_json
from proda_core.commands.output import plain
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.network.settings import PRESETS
from proda_core.network.split import sites_in
from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.report.origin import origin
from proda_core.run_choices import stored_choices
from proda_core.run_study import NPP_FILE, model_of_run, study_of_run
from proda_core.runs import LOG, SETTINGS, Run
from proda_core.soil_model.settings import ModelSettings
from proda_core.sources import example
from proda_core.sources.catalogue import DATA_DIRECTORY_VARIABLE
from tests.unit.command_line import CommandLine
from tests.unit.sources.formats import write_tiff

SHORT = {"test_iterations": 200, "formal_iterations": 300, "max_formal_iterations": 300}
NETWORK = PRESETS["modern"].changed(max_epochs=5, hidden=(8,), rare=2, members=2)
THROUGH = PRESETS["end_to_end"].changed(max_epochs=2, hidden=(8,), rare=2, members=2)
CHOICES = {"network": NETWORK, "end_to_end": THROUGH, "seed": 5, "workers": 1, **SHORT}
WET, DRY = -0.004, -2.0  # MPa


@pytest.fixture
def proda(tmp_path, monkeypatch, capsys) -> CommandLine:
    """The command line, with an empty data directory of its own."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    return CommandLine(monkeypatch, capsys)


@pytest.fixture(scope="module")
def study():
    """The example with a soil water potential: it falls from wet to dry as its water scalar falls to 0."""
    whole = example.load()
    return replace(
        whole, **{name: _with_potential(getattr(whole, name)) for name in ("forcing", "cells_forcing")}
    )


def _with_potential(forcing: Forcing) -> Forcing:
    scalar = forcing.ds["water_scalar"]
    potential = -np.exp(np.log(-DRY) + scalar * np.log(WET / DRY)).assign_attrs(units="MPa")
    return Forcing(forcing.ds.assign(soil_water_potential=potential))


@pytest.fixture(scope="module")
def finished(study, tmp_path_factory):
    directory = tmp_path_factory.mktemp("runs") / "chosen"
    return journey.run(
        *(study, directory),
        **CHOICES,
        **{"prior": "clm45_18", "errors": "lognormal", "sigma": 0.5, "weights": "none"},
        **{"grid": "clm45_10", "advection": 1e-5, "batch_sites": "all"},
    )


def test_the_choices_are_in_the_settings_and_in_both_posteriors(finished):
    chosen = finished.settings["choices"]
    assert chosen["model"] == asdict(ModelSettings("clm45_10", "closed", "potential", False, 1e-5))
    assert (chosen["batch_sites"], chosen["prior"]) == ("all", "clm45_18")
    assert "batch assimilation has seen the held-out sites" in finished.settings["notes"][0]
    for stage in ("posterior", "batch"):
        attrs = finished[stage].ds.attrs
        used = from_json(attrs["schedule"])
        assert (used.errors, used.weights, used.sigma_fraction) == ("lognormal", "none", 0.5)
        assert (attrs["grid"], attrs["water"], attrs["advection"]) == ("clm45_10", "potential", 1e-5)


def test_report_and_list_of_runs_say_the_choices(finished, proda: CommandLine):
    shown = proda("runs", "show", finished.directory).out
    for text in (shown, str(origin(finished, None, {}, {}))):
        words = " ".join(text.split())
        assert "errors lognormal, weights none, sigma 0.5, operator linear" in words
        assert "water potential, grid clm45_10, bedrock closed, advection 1e-05" in words
        assert "of all sites" in words


def test_the_prior_with_maxpsi_is_not_sampled_in_vain(finished):
    """In the scalar form, which earlier releases took here, the posterior of maxpsi was its prior."""
    batch = finished["batch"].ds
    assert float(batch["sd_ratio"].sel(parameter="maxpsi").squeeze()) < 0.7


def test_every_stage_has_the_chosen_layers_and_settings(finished, study):
    used = study_of_run(finished, study)
    assert used.forcing.grid.name == "clm45_10"
    assert finished["site_carbon"].sizes["layer"] == finished["posterior"].ds.sizes["layer"] == 10
    expected = carbon_map(
        {"default": None, "proda": finished["parameter_map"]},
        used.cells_forcing,
        model_of_run(finished, study.forcing),
    ).ds["stock"]
    found = finished["carbon_map"].ds["stock"].sel(product=["default", "proda"])
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-12)
    other = carbon_map({"default": None}, used.cells_forcing, ModelSettings("clm45_10")).ds["stock"]
    assert not np.allclose(other.values, expected.sel(product=["default"]).values, rtol=1e-3)


def test_batch_has_seen_every_site_only_where_that_is_chosen(finished, study):
    everything = study.profiles.select(study.assimilable()).usable_count().sum()
    training = study.profiles.select(sites_in(finished["split"], "train", "validation")).usable_count().sum()
    assert int(finished["batch"].ds["observations"].squeeze()) == everything > training


def test_a_fine_map_computes_as_the_run_did(finished, proda: CommandLine, study, tmp_path, monkeypatch):
    monkeypatch.setattr("proda_core.commands.map.load_study", lambda name, data_dir: study)
    answer = proda("map", finished.directory, "--resolution", 0.5, "--output", tmp_path / "fine", "--json")
    assert answer.code == 0, answer.err
    cells = study.cells_forcing.ds
    with xr.open_zarr(tmp_path / "fine" / "map.zarr") as ds:
        at = {axis: xr.DataArray(cells[axis].values, dims="cell") for axis in ("lon", "lat")}
        fine = ds["stock"].sel(at, method="nearest").transpose("interval", "cell").values
    # parameters of the fine map follow from covariates interpolated between cells, here at their centres
    coarse = finished["carbon_map"].ds["stock"].sel(product="proda").transpose("interval", "cell").values
    np.testing.assert_allclose(fine, coarse, rtol=1e-3)


def test_a_run_with_choices_resumes_with_them(finished, study, tmp_path):
    expected = finished["site_carbon"]
    finished.path("site_carbon").unlink()
    done = journey.run(study, finished.directory, **stored_choices(Run(finished.directory)))
    assert done.complete
    xr.testing.assert_equal(done["site_carbon"], expected)


@pytest.mark.parametrize("changed", [{"grid": "clm5_20"}, {"batch_sites": "training"}, {"sigma": 0.4}])
def test_other_choices_are_another_run(finished, study, changed):
    kept = stored_choices(finished)
    kept |= {"batch_schedule": None, "schedule": kept["schedule"].with_()} | changed
    with pytest.raises(InputError, match="found another run there"):
        journey.run(study, finished.directory, **kept)


def test_a_run_from_before_these_choices_resumes_unchanged(study, tmp_path):
    """Such a run has neither the choices nor fields that schedules and networks got later."""
    done = journey.run(study, tmp_path / "run", schedule="quick", **(CHOICES | {"end_to_end": None}))
    before = done["site_carbon"]
    settings = json.loads((done.directory / SETTINGS).read_text())
    for name in ("model", "batch_sites", "npp"):
        del settings["choices"][name]
    del (
        settings["notes"],
        settings["choices"]["network"]["max_batches"],
        settings["details"]["batch"]["operator"],
    )
    (done.directory / SETTINGS).write_text(json.dumps(settings))
    done.path("site_carbon").unlink()
    again = journey.run(study, done.directory, **stored_choices(Run(done.directory)))
    xr.testing.assert_equal(again["site_carbon"], before)
    assert model_of_run(Run(done.directory), study.forcing) == ModelSettings()
    kept = stored_choices(Run(done.directory))
    for other in ({"bedrock": "authors"}, {"batch_sites": "all"}):
        with pytest.raises(InputError, match="found another run there"):
            journey.run(study, done.directory, **kept | other)


def test_net_primary_production_replaces_the_carbon_input_where_it_is_known(study, tmp_path):
    """Expected: 600 gC m-2 yr-1 in the north of the map, the example's own input in the south."""
    ds = study.cells_forcing.ds
    west, north = float(ds["lon"].min()) - 0.5, float(ds["lat"].max()) + 0.5
    middle, step = float(ds["lat"].median()), 1 / 60
    rows, columns = (
        round((north - (middle + 0.25)) / step),
        round((float(ds["lon"].max()) + 0.5 - west) / step),
    )
    write_tiff(
        tmp_path / "npp.tif",
        np.full((rows, columns), 6000, "uint16"),
        step=step,
        west=west,
        north=north,
        nodata=None,
    )
    choices = {"npp": tmp_path / "npp.tif", "prior": "proda", **(CHOICES | {"end_to_end": None})}

    def stop(progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journey.run(study, tmp_path / "run", on_progress=stop, **choices)
    run = Run(tmp_path / "run")
    assert (run.directory / NPP_FILE).exists()
    assert "carbon input: net primary production of npp.tif at" in (run.directory / LOG).read_text()
    used, own = study_of_run(run, study).cells_forcing, study.cells_forcing
    north_of = own.ds["lat"].values > middle
    np.testing.assert_allclose(used.annual_input.values[north_of], 600, rtol=1e-6)
    np.testing.assert_allclose(used.annual_input.values[~north_of], own.annual_input.values[~north_of])
    share = own.ds["carbon_input"] / own.annual_input
    np.testing.assert_allclose((used.ds["carbon_input"] / used.annual_input).values, share.values, rtol=1e-6)
    (tmp_path / "npp.tif").unlink()  # the run has its own copy of what it uses
    assert journey.run(study, run.directory, **stored_choices(run)).complete


@pytest.mark.parametrize(("content", "sentence"), [(None, "found no file"), ("text", "expected")])
def test_a_file_that_is_no_raster_is_one_sentence(study, tmp_path, content, sentence):
    path = tmp_path / "npp.tif"
    if content:
        path.write_text(content)
    with pytest.raises(InputError, match=sentence):
        journey.run(study, tmp_path / "run", npp=path, **CHOICES)
    assert not (tmp_path / "run").exists()


def test_the_chapter_to_the_letter_says_what_it_cannot_follow(proda: CommandLine, tmp_path):
    short = [word for name, value in SHORT.items() for word in ("--set", f"{name}={value}")]
    answer = proda(
        "run", "--as-chapter", *short, "--split-by", "place", "--output", tmp_path / "run", "--json"
    )
    assert answer.code == 0, answer.err
    run = Run(tmp_path / "run")
    chosen, text = run.settings["choices"], " ".join(answer.err.split())
    assert (chosen["schedule"], chosen["prior"], chosen["batch_sites"]) == ("chapter", "proda", "all")
    assert chosen["model"] == asdict(ModelSettings(grid="clm45_10"))
    assert (chosen["network"]["name"], chosen["end_to_end"], chosen["sites_at_most"]) == ("prodanet", None, 0)
    assert "Not as in chapter 37: split_by is place instead of site, as chosen." in text
    for sentence in (
        "the forcing of the 10 layers is interpolated from 20 layers",
        "the carbon input is the data set's own, not MODIS net primary production",
        "the data are synthetic",
        "the chapter computes the water scalar from soil water potential",
    ):
        assert f"Not as in chapter 37: {sentence}" in text
        assert sentence in (run.directory / LOG).read_text()
    assert run["batch"].ds.attrs["grid"] == "clm45_10" and "end_to_end" not in run.finished
    assert plain(answer.json["notes"]) == run.settings["notes"]
