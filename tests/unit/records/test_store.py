"""What is saved comes back; what cannot be read or written is told in one sentence."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest
import xarray as xr

from proda_core.records import store
from proda_core.records.checks import InputError
from tests.unit.records.samples import every_record, study

FORMATS = (".nc", ".zarr")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("record", every_record(), ids=lambda r: type(r).__name__)
def test_every_record_comes_back_as_it_was(record, suffix, tmp_path):
    again = store.load(store.save(record, tmp_path / f"record{suffix}"))
    assert type(again) is type(record)
    assert again.ds.equals(record.ds)
    assert list(again.ds.data_vars) == list(record.ds.data_vars)
    for name in record.ds.variables:
        assert set(record.ds[name].attrs) <= set(again.ds[name].attrs)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_study_comes_back_as_it_was(suffix, tmp_path):
    before = study()
    after = store.load(store.save(before, tmp_path / f"study{suffix}"))
    assert after.quality.equals(before.quality)
    assert (after.name, after.title, after.synthetic) == ("sample", "a sample", True)
    assert after.provenance == before.provenance
    assert after.cells_forcing.ds.equals(before.cells_forcing.ds)
    assert after.assimilable().tolist() == before.assimilable().tolist()


@pytest.mark.parametrize("suffix", FORMATS)
def test_saving_again_replaces_the_old_file_and_leaves_nothing_behind(suffix, tmp_path):
    first, second = every_record()[0], every_record(np.array([1, 2]))[0]
    path = tmp_path / f"profiles{suffix}"
    store.save(first, path)
    store.save(second, path)
    assert store.load(path).sites.tolist() == [1, 2]
    assert os.listdir(tmp_path) == [path.name]


def test_provenance_is_written_into_the_file(tmp_path):
    attrs = store.provenance(date="2025-06-01", command="proda run", seed=5, inputs={"a.txt": "00ff"})
    path = store.save(every_record()[1], tmp_path / "forcing.nc", attrs)
    written = xr.open_dataset(path, engine="h5netcdf").attrs
    assert written["history"] == "2025-06-01 proda run"
    assert written["seed"] == "5" and "00ff" in written["input_sha256"]
    assert "numpy" in written["software"] and written["Conventions"].startswith("CF-")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="gone.nc: expected a saved record, found no such file"):
        store.load(tmp_path / "gone.nc")


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(InputError, match="expected a name ending in .nc or .zarr, found '.pkl'"):
        store.save(every_record()[0], tmp_path / "record.pkl")


@pytest.mark.parametrize("keep", [0, 200, 4000])
def test_a_truncated_file_is_told(keep, tmp_path):
    path = store.save(every_record()[1], tmp_path / "forcing.nc")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="expected a saved record, found an unreadable or truncated file"):
        store.load(path)


def test_a_zarr_directory_without_its_metadata_is_told(tmp_path):
    path = store.save(every_record()[0], tmp_path / "profiles.zarr")
    for name in (".zmetadata", ".zgroup", ".zattrs"):
        (path / name).unlink(missing_ok=True)
    with pytest.raises(InputError, match="profiles.zarr: expected"):
        store.load(path)


def test_a_foreign_netcdf_file_is_told(tmp_path):
    path = tmp_path / "foreign.nc"
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(InputError, match="expected a record .*, found a file without that mark"):
        store.load(path)


def test_a_record_spoilt_in_the_file_is_stopped_at_the_door(tmp_path):
    path = store.save(every_record()[1], tmp_path / "forcing.nc")
    ds = xr.load_dataset(path, engine="h5netcdf")
    ds["soil_temperature"].values[0, 0, 0] = 1e36
    ds.to_netcdf(path, engine="h5netcdf")
    with pytest.raises(InputError, match="soil_temperature: expected 150 to 350 K"):
        store.load(path)


def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path, monkeypatch):
    path = store.save(every_record()[0], tmp_path / "profiles.nc")

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(xr.DataTree, "to_netcdf", full)
    with pytest.raises(store.StoreError, match="profiles.nc: expected room to write, found no space left"):
        store.save(every_record()[1], path)
    monkeypatch.undo()
    assert store.load(path).sites.tolist() == every_record()[0].sites.tolist()
    assert os.listdir(tmp_path) == ["profiles.nc"]


def test_a_really_full_device_is_told():
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full, which Linux has")
    with pytest.raises(store.StoreError, match="no space left"), store.atomic_write("/tmp/x"):
        with open("/dev/full", "w") as file:
            file.write("x" * 10)


def test_a_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(store.StoreError, match="expected to be able to write"):
        store.save(every_record()[0], tmp_path / "file" / "profiles.nc")


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), store.atomic_write(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["settings.json"]
