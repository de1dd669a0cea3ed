"""The whole thin path on the synthetic example: from profiles to maps and scores, and interrupted."""

from __future__ import annotations

import errno
import json
import shutil

import numpy as np
import pandas as pd
import pytest
import rasterio
import xarray as xr
from typer.testing import CliRunner

from proda_core import journey
from proda_core.__main__ import app
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS
from proda_core.network.split import sites_in
from proda_core.records import atomic_write
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.runs import LOG, SETTINGS, Run, extend, list_runs
from proda_core.sources import example
from proda_core.stages import STAGES
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import PRIORS

SCHEDULE = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_formal_iterations=500)
NETWORK = PRESETS["modern"].changed(max_epochs=20, hidden=(16,), rare=2, members=2)
THROUGH = PRESETS["end_to_end"].changed(max_epochs=5, hidden=(16,), rare=2, members=2)
CHOICES = {"schedule": SCHEDULE, "network": NETWORK, "end_to_end": THROUGH, "seed": 5, "workers": 1}
NETWORKS = ("network", "end_to_end")
RECORDS = [name for name in STAGES if name not in NETWORKS]


@pytest.fixture(scope="module")
def study():
    return example.load()


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def finished(study, told, tmp_path_factory):
    directory = tmp_path_factory.mktemp("runs") / "first"
    return journey.run(study, directory, on_progress=told.append, **CHOICES)


def _same(one, two) -> bool:
    if isinstance(one, pd.DataFrame):
        return one.equals(two)
    return getattr(one, "ds", one).equals(getattr(two, "ds", two))


def test_every_stage_leaves_its_result(finished):
    assert finished.complete and finished.finished == tuple(STAGES)


def test_the_log_says_what_converged_and_which_sites_train(finished, told):
    log = (finished.directory / "log.txt").read_text()
    messages = [progress.message for progress in told]
    assert "sites converged (" in log and "limit: Gelman-Rubin < 1.1" in log
    assert " batch: " in log and "converged, R-hat" in log
    trained = next(line for line in log.splitlines() if "sites train, of which" in line)
    assert "have not converged; left out: " in trained
    assert log.index("network: ") < log.index(trained) < log.index("network: finished")
    first = next(message for message in messages if "sites train, of which" in message)
    assert messages[messages.index(first) - 1] == "training the network"  # nothing has been trained before


def test_an_unknown_choice_of_training_sites_is_named(study, tmp_path):
    with pytest.raises(InputError, match="train_on: expected one of schedule, converged, fitted; found 'x'"):
        journey.run(study, tmp_path / "run", train_on="x", **CHOICES)
    assert not (tmp_path / "run").exists()


def test_the_table_of_held_out_sites_has_every_method_and_score(finished, study):
    scores = finished["scores"]
    held_out = scores[scores["part"] == "held out"].set_index("method")
    assert list(held_out.index) == ["default", "batch", "proda", "end_to_end", "direct", "site_level"]
    assert np.isfinite(held_out[["r2", "nse", "rmse", "bias", "mae", "log_r"]]).all(axis=None)
    assert held_out["n"].nunique() == 1  # all methods are judged by the same observations
    test = sites_in(finished["split"], "test")
    usable = study.profiles.select(test).usable_count().sum()
    assert (held_out["n"] == usable).all() and (held_out["profiles"] == len(test)).all()


def test_maps_cover_every_cell_of_every_product_and_interval(finished, study):
    found = finished["carbon_map"]
    assert found.products == ("default", "batch", "proda", "end_to_end")
    assert np.isfinite(found.ds["stock"].sel(cell=study.cells_forcing.sites)).all()
    parameters = finished["parameter_map"].ds["mean"].values
    prior = PRIORS["proda"]
    assert (parameters > prior.lower).all() and (parameters < prior.upper).all()
    width = prior.upper - prior.lower
    assert (finished["parameter_map"].ds["sd"] > 0).any()
    assert (finished["parameter_map"].ds["sd_site"] > 0).all()
    assert (finished["parameter_map"].ds["sd_site"].values < width / 2).all()


def test_maps_tell_both_uncertainties_apart_and_where_they_were_not_trained(finished):
    ds = finished["carbon_map"].ds
    network, site = ds["stock_sd_network"], ds["stock_sd_site"]
    assert network.sel(product=["default", "batch"]).isnull().all()
    assert (network.sel(product=["proda", "end_to_end"]) > 0).all()
    assert (site.sel(product="proda") > 0).all()
    assert site.sel(product=["default", "batch", "end_to_end"]).isnull().all()  # no posteriors of sites
    assert set(np.unique(ds["outside"])) <= {0, 1, 2, 3}
    sites = finished["site_carbon"]
    low, high = (sites[name].sel(product="proda") for name in ("carbon_q05", "carbon_q95"))
    assert (low <= high).all() and (low < high).sel(layer=1).all()


def test_processes_are_mapped_for_every_product_with_their_units(finished, study):
    ds = finished["process_map"]
    assert tuple(ds["product"].values) == finished["carbon_map"].products
    assert ds["residence_time"].attrs["units"] == "yr"
    assert ds["plant_carbon_input"].attrs["units"] == "gC m-2 yr-1"
    assert {"carbon_transfer_efficiency", "baseline_decomposition", "environmental_modifier"} <= set(ds)
    assert {"vertical_transport_rate", "input_allocation", "cell_area"} <= set(ds)
    assert np.isfinite(ds["residence_time"].sel(cell=study.cells_forcing.sites)).all()


def test_holding_a_part_of_the_model_at_its_mean_is_measured_against_holding_nothing(finished):
    table = finished["component_control"]
    assert list(table["product"].unique()) == ["proda", "end_to_end"]
    first = table[table["group"] == "nothing"]
    assert (first[["nse_lost", "rmse_gained", "change_0-100"]] == 0).all(axis=None)
    scores = finished["scores"].query("part == 'held out'").set_index("method")
    np.testing.assert_allclose(first["nse"], scores.loc[first["product"], "nse"], rtol=1e-9)
    total = finished["carbon_map"].totals().sel(product="proda", interval="0-100")
    np.testing.assert_allclose(first["total_0-100"].iloc[0], total, rtol=1e-9)
    assert len(table) == 2 * 7 and table["change_0-100"].abs().sum() > 0


def test_the_command_maps_a_finished_run_at_any_resolution(finished, tmp_path):
    output = tmp_path / "fine"
    words = ["map", str(finished.directory), "--resolution", "0.1", "--output", str(output), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "synthetic: covariates interpolated" in done.stderr
    with xr.open_zarr(output / "map.zarr") as ds:
        assert ds["stock"].attrs["units"] == "kgC m-2" and ds.sizes["parameter"] == 21
        assert int(ds["stock"].sel(interval="0-30").notnull().sum()) == json.loads(done.stdout)["pixels"]
    with rasterio.open(output / "stock.tif") as file:
        assert file.descriptions == tuple(INTERVALS) and file.crs == "EPSG:4326"
    refused = CliRunner().invoke(app, [*words, "--product", "end_to_end"])
    assert "expected an empty directory or the same map" in str(refused.exception)


def test_the_command_scores_methods_on_random_and_spatial_splits(finished, tmp_path, monkeypatch):
    monkeypatch.setattr("proda_core.skill.HEADLINE", ("default", "site level"))
    words = ["skill", str(finished.directory), "--splits", "1", "--output", str(tmp_path / "s.csv"), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["skill"]
    assert {(row["by"], row["splits"]) for row in rows} == {("random", 1), ("block", 5)}
    found = pd.read_csv(tmp_path / "s.csv")
    assert set(found["method"]) == {"default", "site level"}
    kept = finished.directory / "skill.partial.csv"
    assert not kept.exists()
    text = found.assign(by_=found["by"]).drop(columns="by").rename(columns={"by_": "by"}).to_csv(index=False)
    kept.write_text(text[: text.rfind("\n", 0, -1) - 20])  # as a kill leaves it
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0 and "rows of an earlier call" in again.output
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "s.csv"), found)


def test_batch_assimilation_never_saw_the_test_sites(finished):
    used = finished["network"].counts
    assert sum(part["used"] + sum(part["left_out"].values()) for part in used.values()) == len(
        sites_in(finished["split"], "train", "validation")
    )


def test_progress_names_every_stage_in_its_order(finished, told):
    stages = list(dict.fromkeys(progress.detail["stage"] for progress in told))
    assert stages == list(STAGES)
    assert all(progress.message for progress in told)


def test_a_finished_run_is_read_back_and_not_done_again(finished, study):
    before = {name: finished.path(name).stat().st_mtime_ns for name in STAGES}
    again = journey.run(study, finished.directory, **CHOICES)
    assert {name: again.path(name).stat().st_mtime_ns for name in STAGES} == before
    assert "taken up again" in (finished.directory / LOG).read_text()


def test_a_run_that_was_stopped_goes_on_to_the_same_numbers(finished, study, tmp_path):
    directory, told = tmp_path / "second", []
    with pytest.raises(Cancelled):
        journey.run(
            study,
            directory,
            on_progress=told.append,
            should_stop=lambda: any(progress.detail["stage"] == "network" for progress in told),
            **CHOICES,
        )
    assert Run(directory).finished == ("split", "posterior", "batch")
    resumed = journey.run(study, directory, **CHOICES)
    for name in RECORDS:
        assert _same(resumed[name], finished[name]), name
    for stage in NETWORKS:
        for one, two in zip(finished[stage].members, resumed[stage].members, strict=True):
            assert all((one.weights[name] == two.weights[name]).all() for name in one.weights)
    for name in ("scores", "scores_by_interval", "pairs", "stocks"):
        assert resumed.path(name).read_bytes() == finished.path(name).read_bytes(), name


@pytest.mark.parametrize("where", ["end_to_end", "site_carbon"])
def test_every_stage_can_be_stopped_and_keeps_what_was_finished(finished, study, tmp_path, where):
    directory, told = tmp_path / "stopped", []
    shutil.copytree(finished.directory, directory)
    for name in list(STAGES)[list(STAGES).index(where) :]:
        path = directory / STAGES[name].file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def stop() -> bool:
        return any(progress.detail["stage"] == where for progress in told)

    with pytest.raises(Cancelled):
        journey.run(study, directory, on_progress=told.append, should_stop=stop, **CHOICES)
    left = Run(directory).finished
    assert "network" in left and "scores" not in left


def test_a_half_written_result_is_not_taken_for_a_finished_one(finished, study, tmp_path):
    directory = tmp_path / "torn"
    shutil.copytree(finished.directory, directory)
    shutil.rmtree(directory / STAGES["network"].file)
    shutil.rmtree(directory / STAGES["end_to_end"].file)
    for name in list(STAGES)[5:]:
        (directory / STAGES[name].file).unlink()
    (directory / ".network-deadbeef").mkdir()  # what an interrupted write leaves behind
    resumed = journey.run(study, directory, **CHOICES)
    assert _same(resumed["scores"], finished["scores"])


def test_a_full_disk_is_said_in_a_sentence_and_the_run_goes_on_when_there_is_room(
    finished, study, tmp_path, monkeypatch
):
    directory = tmp_path / "full"
    shutil.copytree(finished.directory, directory)
    (directory / STAGES["carbon_map"].file).unlink()
    with monkeypatch.context() as patch:
        patch.setattr(atomic_write, "_replace", _no_space)
        with pytest.raises(OSError, match="expected room to write, found no space left on the disk"):
            journey.run(study, directory, **CHOICES)
    assert "carbon_map" not in Run(directory).finished
    assert not list(directory.glob(".carbon_map*"))
    assert journey.run(study, directory, **CHOICES).complete


def _no_space(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_another_seed_is_refused_in_the_same_directory(finished, study):
    with pytest.raises(
        InputError, match="expected a new directory or the same choices.*seed: 5 instead of 6"
    ):
        journey.run(study, finished.directory, **(CHOICES | {"seed": 6}))


def test_other_input_is_refused_in_the_same_directory(finished):
    with pytest.raises(InputError, match="the same input_sha256"):
        journey.run(example.load(seed=1), finished.directory, **CHOICES)


def test_settings_say_what_was_done_with_what(finished):
    settings = json.loads((finished.directory / SETTINGS).read_text())
    assert settings["choices"]["seed"] == 5 and settings["choices"]["study"] == "example"
    assert settings["details"]["site_level"]["formal_iterations"] == 500
    assert {"python", "numpy", "torch"} <= settings["versions"].keys()
    assert all(len(digest) == 64 for digest in settings["input_sha256"].values())


def test_runs_are_listed_and_what_is_no_run_is_passed_over(finished, tmp_path):
    shutil.copytree(finished.directory, tmp_path / "one")
    (tmp_path / "one" / STAGES["scores"].file).unlink()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / SETTINGS).write_text("{")
    found = list_runs(tmp_path)
    assert found["run"].tolist() == ["one", "broken"] and not found["complete"].any()
    assert found["problem"][0] == "" and "settings.json: expected readable settings" in found["problem"][1]
    assert list_runs(tmp_path / "nowhere").empty


def test_an_unfinished_stage_and_a_missing_run_are_named(finished, tmp_path):
    with pytest.raises(InputError, match="expected a stage among"):
        finished["figures"]
    with pytest.raises(InputError, match="expected a run, found no settings.json"):
        _ = Run(tmp_path).settings
    with pytest.raises(InputError, match="expected stage scores to be finished"):
        Run(tmp_path)["scores"]


def test_a_first_look_takes_some_sites_at_random_and_says_so(study, finished, tmp_path):
    def stop(progress):
        return any(one.detail["stage"] == "posterior" for one in progress)

    for name in ("one", "two"):
        told = []
        with pytest.raises(Cancelled):
            choices = CHOICES | {"sites_at_most": 25}
            journey.run(study, tmp_path / name, on_progress=told.append,
                        should_stop=lambda told=told: stop(told), **choices)  # fmt: skip
    one, two = Run(tmp_path / "one"), Run(tmp_path / "two")
    assert len(one["split"]["profile"]) == 25 and one["split"].equals(two["split"])
    assert set(one["split"]["profile"].values) < set(study.assimilable())
    assert one.summary()["sites"] == f"25 of {len(study.assimilable())}, drawn at random"
    assert "25 of" in (tmp_path / "one" / LOG).read_text()
    assert finished.summary()["sites"] == f"all {len(study.assimilable())}"
    assert finished.settings["choices"]["sites_at_most"] == 4000  # the schedule quick's; more than there are


def test_without_the_network_through_the_soil_model_the_run_is_complete_without_it(study, finished, tmp_path):
    directory = tmp_path / "without"
    shutil.copytree(finished.directory, directory)
    (directory / SETTINGS).unlink()
    for stage in ("end_to_end", "carbon_map", "site_carbon", "pairs", "scores"):
        path = directory / STAGES[stage].file
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    run = journey.run(study, directory, **(CHOICES | {"end_to_end": None}))
    assert run.complete and "end_to_end" not in run.stages
    assert run["carbon_map"].products == ("default", "batch", "proda")
    assert "end_to_end" not in set(run["scores"]["method"])


def test_a_run_from_before_a_stage_was_known_opens_complete_and_goes_on(study, finished, tmp_path):
    directory = tmp_path / "old"
    shutil.copytree(finished.directory, directory)
    settings = json.loads((directory / SETTINGS).read_text())
    for key in ("stages", "sites"):
        settings.pop(key)
    for key in ("end_to_end", "sites_at_most"):
        settings["choices"].pop(key)
    (directory / SETTINGS).write_text(json.dumps(settings))
    shutil.rmtree(directory / STAGES["end_to_end"].file)
    for stage in ("scores", "process_map", "component_control"):
        (directory / STAGES[stage].file).unlink()
    old = Run(directory)
    assert not old.complete and old.summary()["stages"] == f"{len(old.stages) - 1}/{len(old.stages)}"
    assert journey.run(study, directory, **CHOICES).complete
    assert "end_to_end" not in Run(directory).finished
    assert list_runs(tmp_path)["complete"].all()
    extended = extend(Run(directory), {"end_to_end": THROUGH.to_dict()})
    assert not extended.complete and {"posterior", "batch", "network"} <= set(extended.finished)
    assert journey.run(study, directory, **CHOICES)["scores"].equals(finished["scores"])
    assert Run(directory).finished == tuple(STAGES)


def test_an_unknown_schedule_leaves_no_directory_behind(study, tmp_path):
    with pytest.raises(InputError, match="schedule"):
        journey.run(study, tmp_path / "run", seed=1, schedule="slow")
    assert not (tmp_path / "run").exists()
