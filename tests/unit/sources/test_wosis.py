"""WoSIS of 2019 and 2023: the same soil in two layouts gives the same carbon."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.sources import borders, wosis
from proda_core.sources.carbon_content import FILLED, FINE, WHOLE, carbon_content, filled_bulk_density
from proda_core.sources.wosis.snapshots import mean_of_list
from tests.unit.sources.wosis_files import write_2019, write_2023

US = (-130.0, 20.0, -60.0, 50.0)
WRITERS = {"2019": write_2019, "2023": write_2023}
FILL_2 = float(filled_bulk_density(np.array([2.0]))[0])


@pytest.fixture(params=list(WRITERS))
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return WRITERS[request.param](tmp_path)


def carbon(directory: Path, site: int = 0, **options) -> list[float]:
    profiles, _ = wosis.load(directory, wosis.Options(**options), bounds=US)
    return profiles.observations(site)[1].tolist()


def test_carbon_is_content_times_bulk_density(directory: Path) -> None:
    """Expected: 20 g kg-1 x 1250 kg m-3; 5 x (1600 - 0.4 x 2650) (whole soil); 2 x the function's."""
    assert carbon(directory) == pytest.approx([25000.0, 2700.0, 2.0 * FILL_2])


def test_the_volume_of_stones_is_subtracted_only_when_asked(directory: Path) -> None:
    """Expected: 10 % off the first layer; no number, none off, and said."""
    assert carbon(directory, coarse_fragments=True) == pytest.approx([22500.0, 2700.0, 2.0 * FILL_2])
    profiles, _ = wosis.load(directory, wosis.Options(coarse_fragments=True), bounds=US)
    assert profiles.ds["fragments_unknown"].values[:3].tolist() == [0, 0, 1]


def test_a_density_of_the_whole_soil_includes_the_mass_of_its_stones(directory: Path) -> None:
    """Expected: 20 x (1700 - 0.3 x 2650) = 18,100 gC m-3; as fine earth 20 x 1700; 40 % weigh 1,060 kg."""
    layers = pd.DataFrame(
        {"orgc": [20.0, 20.0, 20.0], "bdwsod": [1.7, 1.7, 1.0], "cfvo": [30.0, np.nan, 40.0]}
    )
    found = carbon_content(layers)
    np.testing.assert_allclose(found["carbon"], [18100.0, 34000.0, np.nan])
    assert found["fragments_unknown"].tolist() == [False, True, False]
    assert carbon_content(layers, whole_soil="as_fine_earth")["carbon"].tolist() == [
        34000.0,
        34000.0,
        20000.0,
    ]
    assert carbon(directory, whole_soil="as_fine_earth")[1] == pytest.approx(8000.0)
    with pytest.raises(InputError, match="whole_soil: expected one of convert, as_fine_earth"):
        wosis.Options(whole_soil="guess")


def test_a_missing_bulk_density_is_filled_and_flagged_or_the_layer_left_out(directory: Path) -> None:
    profiles, _ = wosis.load(directory, bounds=US)
    assert profiles.ds["bulk_density_flag"].values[:3].tolist() == [FINE, WHOLE, FILLED]
    bare, quality = wosis.load(directory, wosis.Options(fill_bulk_density="none"), bounds=US)
    assert bare.observations(0)[1].tolist() == pytest.approx([25000.0, 2700.0])
    assert (quality["reason"] == "bulk density missing and not filled").sum() == 1


def test_litter_is_left_out_and_told_or_becomes_the_surface(directory: Path) -> None:
    profiles, quality = wosis.load(directory, bounds=US)
    assert profiles.observations(0)[0].tolist() == pytest.approx([0.10, 0.40, 0.80])
    assert (quality["reason"] == "litter layer above the mineral soil").sum() == 1
    shifted, quality = wosis.load(directory, wosis.Options(litter="shift"), bounds=US)
    assert shifted.observations(0)[0].tolist() == pytest.approx([0.025, 0.15, 0.45, 0.85])
    assert not quality["reason"].str.contains("litter").any()


def test_horizons_keep_their_bounds(directory: Path) -> None:
    """Expected: the mineral layers of LAYERS as they are; with the litter of 5 cm on top, 5 cm lower."""
    profiles, _ = wosis.load(directory, bounds=US)
    assert profiles.ds["top"].values[:3].tolist() == pytest.approx([0.0, 0.2, 0.6])
    assert profiles.ds["bottom"].values[:3].tolist() == pytest.approx([0.2, 0.6, 1.0])
    shifted, _ = wosis.load(directory, wosis.Options(litter="shift"), bounds=US)
    assert shifted.ds["top"].values[:2].tolist() == pytest.approx([0.0, 0.05])


def test_every_layer_carries_its_licence_and_can_be_chosen_by_it(directory: Path) -> None:
    profiles, _ = wosis.load(directory, bounds=US)
    words = profiles.ds["licence"].attrs["flag_meanings"].split()
    assert [words[c] for c in profiles.ds["licence"].values] == ["CC-BY"] * 3 + ["CC-BY-NC"]
    free, quality = wosis.load(directory, wosis.Options(licences=("CC-BY",)), bounds=US)
    assert free.ds["profile_id"].values.tolist() == [11]
    assert (quality["reason"] == "licence not among those asked for").sum() == 2


def test_layers_without_thickness_are_left_out_and_named(directory: Path) -> None:
    _, quality = wosis.load(directory, bounds=US)
    note = quality[quality["reason"].str.startswith("no thickness")]
    assert note["profile_id"].tolist() == [12] and note["site"].tolist() == [1]


@pytest.mark.parametrize("version", list(WRITERS))
@pytest.mark.parametrize("licence", ["licence", "license"])
def test_both_spellings_of_licence_are_read(tmp_path: Path, version: str, licence: str) -> None:
    profiles, _ = wosis.load(WRITERS[version](tmp_path, licence=licence), bounds=US)
    assert "CC-BY-NC" in profiles.ds["licence"].attrs["flag_meanings"]


@pytest.mark.parametrize("version", list(WRITERS))
def test_raw_lists_in_curly_braces_are_averaged_where_there_is_no_average(
    tmp_path: Path, version: str
) -> None:
    """Expected: {1:18.0,2:22.0} is 20 g kg-1, the same as value_avg."""
    assert carbon(WRITERS[version](tmp_path, averages=False))[0] == pytest.approx(25000.0)


def test_curly_braces_of_every_kind_are_understood() -> None:
    texts = ("{1:5.4,2:8.2,3:6.3,4:7.7}", "{5.4, 8.6}", "{1:2e1}", "7", "", "{}")
    found = [mean_of_list(text) for text in texts]
    np.testing.assert_allclose(found, [6.9, 7.0, 20.0, 7.0, np.nan, np.nan])


def test_both_snapshots_of_the_same_soil_agree(tmp_path: Path) -> None:
    found = [wosis.load(write(tmp_path / v), bounds=US)[0].ds for v, write in WRITERS.items()]
    for name in ("lon", "lat", "depth", "carbon", "profile_id", "usable", "bulk_density", "top", "bottom"):
        xr.testing.assert_allclose(found[0][name], found[1][name])


def test_profiles_outside_the_region_are_not_read(directory: Path) -> None:
    inside, _ = wosis.load(directory, region=borders.conterminous_us())
    world, _ = wosis.load(directory)
    assert len(inside) == 2 and len(world) == 3
    assert inside.ds["place"].values.tolist() == [0, 0]


def test_profiles_come_back_from_a_file_with_all_they_carry(directory: Path, tmp_path: Path) -> None:
    profiles, _ = wosis.load(directory, bounds=US)
    again = store.load(store.save(profiles, tmp_path / "wosis.nc"))
    xr.testing.assert_equal(again.ds, profiles.ds)
    assert again.select([1]).ds["licence"].values.tolist() == [1]


def test_a_value_that_is_no_number_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = next(write_2019(tmp_path).rglob("*chemical.tsv"))
    path.write_text(path.read_text().replace("\t15.0\t", "\tfifteen\t"))
    with pytest.raises(InputError, match="row 6, column orgc_value_avg: expected a number, found 'fifteen'"):
        wosis.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "words"), [("profiles", "found neither"), ("layers_physical", "no such file")]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str, words: str) -> None:
    next(write_2019(tmp_path).rglob(f"*{name}.tsv")).unlink()
    with pytest.raises(InputError, match=words):
        wosis.load(tmp_path)


def test_a_place_without_profiles_and_an_unknown_option_are_named(tmp_path: Path) -> None:
    write_2019(tmp_path)
    with pytest.raises(InputError, match="expected layers with organic carbon"):
        wosis.load(tmp_path, bounds=(100.0, 0.0, 110.0, 10.0))
    with pytest.raises(InputError, match="wosis: litter: expected one of exclude, shift"):
        wosis.Options(litter="eat")


def test_a_snapshot_with_averages_missing_beside_lists_keeps_its_layers(strangers_data: Path) -> None:
    """Expected: NULL and empty averages have the value of their list, and -9999 is no density."""
    profiles, _ = wosis.load(strangers_data / "wosis", bounds=(0.0, 40.0, 20.0, 60.0))
    depth, found = profiles.observations(0)[:2]
    assert depth.tolist() == pytest.approx([0.1, 0.35, 0.65])
    assert found[:2].tolist() == pytest.approx([20 * 1200, 8 * 1300]) and (found > 0).all()
