"""A visitor's own table: good rows become profiles, every bad row is listed with its reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.sources import own_profiles
from proda_core.sources.carbon_content import FILLED, FINE, WHOLE, filled_bulk_density

HEADER = "site,lon [degrees],lat [degrees],top [cm],bottom [cm],soc [kgC m-3]"


@pytest.fixture
def read(tmp_path: Path):
    """Write lines to a file and read them."""

    def reading(*lines: str, **options) -> own_profiles.Import:
        path = tmp_path / "own.csv"
        path.write_text("\n".join(lines) + "\n", encoding=options.pop("encoding", "utf-8"))
        return own_profiles.read_csv(path, **options)

    return reading


def test_the_template_is_a_file_that_can_be_read(read) -> None:
    """Expected: 25.2 kgC m-3 as given; 21.5 g kg-1 x 1250 kg m-3 x 0.9 = 24187.5 gC m-3."""
    found = read(*own_profiles.template().splitlines())
    assert found.ok and found.names == ("A1", "B2") and found.rows == 4
    depth, carbon, usable = found.profiles.observations(0)
    assert depth.tolist() == pytest.approx([0.075, 0.275]) and carbon.tolist() == pytest.approx(
        [25200.0, 11000.0]
    )
    assert found.profiles.observations(1)[1].tolist() == pytest.approx([24187.5, 6.1 * 1410 * 0.85])
    assert (usable == 0).all()


def test_layers_keep_their_bounds_in_the_order_of_depth(read) -> None:
    found = read(HEADER, "A,-76,42,20,60,6", "A,-76,42,0,20,25").profiles.ds
    assert found["top"].values.tolist() == [0.0, 0.2] and found["bottom"].values.tolist() == [0.2, 0.6]


def test_units_are_those_the_header_states(read) -> None:
    """Expected: the same layer in other units is the same layer."""
    rows = (
        ("site,lon,lat,top [cm],bottom [cm],soc [kgC m-3]", "A,-76,42,0,20,25"),
        ("site,lon (deg),lat (deg),top (m),bottom (m),soc (gC m-3)", "A,284,42,0,0.2,25000"),
        ("site;lon;lat;top [mm];bottom [mm];SOC [g/cm3]", "A;-76;42;0;200;0.025"),
        ("site,lon,lat,top[cm],bottom[cm],orgc [%],bulk_density [g/cm3]", "A,-76,42,0,20,2,1.25"),
        ("site,lon,lat,top [cm],bottom [cm],orgc [g/kg],bulk_density [kg/m3],coarse_fragments [fraction]",
         "A,-76,42,0,20,25,1250,0.2"),
    )  # fmt: skip
    for lines in rows:
        found = read(*lines)
        assert found.ok, found.bad_rows
        assert found.profiles.ds["lon"].item() == pytest.approx(-76)
        np.testing.assert_allclose(found.profiles.observations(0)[:2], [[0.1], [25000.0]])


def test_columns_of_other_names_are_mapped(read) -> None:
    lines = ("Plot ID,Easting,Northing,from [cm],to [cm],C density", "P 1,-76,42,0,20,25")
    columns = {
        "site": "Plot ID",
        "lon": "Easting",
        "lat": "Northing",
        "top": "from",
        "bottom": "to",
        "soc": "C density",
    }
    found = read(*lines, columns=columns, units={"soc": "kgC m-3"})
    assert found.ok and found.names == ("P 1",)


def test_every_bad_row_is_listed_with_its_column_and_its_reason(read) -> None:
    found = read(
        HEADER,
        "A,-76,42,0,10,25",
        "A,-76,42,20,5,25",
        "A,-76,42,abc,30,25",
        "A,-76.5,42,30,40,25",
        "A,-76,42,0,10,25",
        ",-76,42,0,10,25",
        "B,-76,142,0,10,25",
        "C,-76,42,0,10,",
        "D,-76,42,0,10,-3",
        "E,-76,42,0,inf,3",
        "F,-76,42,-5,10,3",
        "G,-76,42,0,6000,3",
    )
    assert not found.ok and found.rows == 12
    table = found.bad_rows.set_index("row")
    assert table["reason"].to_dict() == {
        3: "not below top",
        4: "not a number",
        5: "not the place of the site's first row",
        6: "a layer of the site given before",
        7: "missing",
        8: "outside -90 to 90 degrees_north",
        9: "no carbon: soc, or orgc and bulk_density, missing",
        10: "outside 0 to 1e+06 gC m-3",
        11: "not a number",
        12: "outside 0 to 50 m",
        13: "outside 0 to 50 m",
    }
    assert table.loc[4].tolist() == ["top [cm]", "abc", "not a number"]
    assert found.names == ("A",) and found.profiles.ds["row_size"].values.tolist() == [1]


def test_a_file_of_bad_rows_only_has_no_profiles(read) -> None:
    found = read(HEADER, "A,-76,42,10,0,25")
    assert found.profiles is None and not found.ok and len(found.bad_rows) == 1


def test_a_missing_bulk_density_is_a_bad_row_unless_it_may_be_filled(read) -> None:
    lines = ("site,lon,lat,top [cm],bottom [cm],orgc [g kg-1],bulk_density [kg dm-3]", "A,-76,42,0,10,20,")
    assert read(*lines).bad_rows["row"].tolist() == [2]
    filled = read(*lines, fill_bulk_density="proda")
    expected = 20 * float(filled_bulk_density(np.array([20.0]))[0])
    assert filled.ok and filled.profiles.observations(0)[1].tolist() == pytest.approx([expected])


def test_what_is_odd_but_possible_is_kept_and_noted(read) -> None:
    """Expected: zero carbon stays with its flag, as in every other data set."""
    found = read(HEADER, "A,-76,42,0,10,0", "A,-76,42,10,30,12")
    assert found.ok and found.profiles.observations(0)[2].tolist() == [2, 0]
    assert found.quality["consequence"].tolist() == ["observation left out"]


def test_blank_lines_quotes_and_a_byte_order_mark_do_not_matter(read) -> None:
    found = read(HEADER, "", '"A, north","-76",42,0,10,25', ",,,,,", encoding="utf-8-sig")
    assert found.ok and found.names == ("A, north",)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["site,lon,lat,top [cm],bottom [cm]", "A,-76,42,0,10"], "soc, or orgc and bulk_density"),
        (["site,lon,top [cm],bottom [cm],soc [kgC m-3]"], "expected columns lat"),
        (["site,lon,lat,top,bottom [cm],soc [kgC m-3]"], r"'top': expected its unit in the header, e.g. top"),
        (["site,lon,lat,top [feet],bottom [cm],soc [g m-3]"], "expected a unit of cm, m, mm; found 'feet'"),
        ([HEADER], "expected rows of soil layers under the header, found none"),
        ([HEADER, "A,-76,42,0,10,25,9,9"], "expected 6 columns in every row, found: .* line 2, saw 8"),
        (["site,site,lon,lat,top [cm],bottom [cm],soc [kgC m-3]"], "expected one column site, found 2"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_says_why(read, lines: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(*lines)


def test_a_mapping_to_nowhere_and_a_file_in_other_bytes_are_named(read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected column 'C' for soc"):
        read(HEADER, "A,-76,42,0,10,25", columns={"soc": "C"})
    with pytest.raises(InputError, match="expected one of site, lon"):
        read(HEADER, "A,-76,42,0,10,25", columns={"carbon": "C"})
    with pytest.raises(InputError, match="expected text in UTF-8"):
        read(HEADER, "Â,-76,42,0,10,25", encoding="latin-1")
    with pytest.raises(InputError, match="no such file"):
        own_profiles.read_csv(tmp_path / "none.csv")


def test_text_that_looks_like_code_stays_text(read) -> None:
    """Nothing in a file can execute: a formula is a site's name and no more."""
    found = read(HEADER, "=cmd|' /C calc'!A0,-76,42,0,10,25", "__import__('os'),-77,42,0,10,25")
    assert found.names == ("=cmd|' /C calc'!A0", "__import__('os')")


def test_names_of_sites_come_back_from_a_file(read, tmp_path: Path) -> None:
    found = read(HEADER, "Å1,-76,42,0,10,25", "Å1,-76,42,10,20,5")
    again = store.load(store.save(found.profiles, tmp_path / "own.nc"))
    assert again.ds["site_name"].values.tolist() == ["Å1"]


def test_a_density_of_the_whole_soil_has_the_mass_of_its_stones_subtracted(read) -> None:
    """Expected: 20 x (1700 - 0.3 x 2650) = 18,100 gC m-3; of the fine earth 20 x 1700 x 0.7 = 23,800."""
    header = "site,lon,lat,top [cm],bottom [cm],orgc [g/kg],bulk_density [kg dm-3],coarse_fragments [%]"
    lines = (header, "A,-76,42,30,40,20,,30", "A,-76,42,0,10,20,1.7,30", "A,-76,42,10,30,20,1.7,0")
    whole = read(*lines, density_of="whole_soil", fill_bulk_density="proda").profiles
    filled = 20 * 0.7 * float(filled_bulk_density(np.array([20.0]))[0])
    at = whole.ds["depth"].values.argsort()
    assert whole.ds["carbon"].values[at].tolist() == pytest.approx([18100.0, 34000.0, filled])
    assert whole.ds["bulk_density_flag"].values[at].tolist() == [WHOLE, WHOLE, FILLED]
    assert whole.ds["bulk_density"].values[at][:2].tolist() == [1700.0, 1700.0]
    fine = read(*lines, fill_bulk_density="proda").profiles
    assert fine.ds["carbon"].values[at].tolist() == pytest.approx([23800.0, 34000.0, filled])
    assert fine.ds["bulk_density_flag"].values[at].tolist() == [FINE, FINE, FILLED]
    light = read(header, "A,-76,42,0,10,20,0.7,40", density_of="whole_soil")
    assert light.bad_rows["reason"].tolist() == ["of the whole soil, below that of its stones"]
    with pytest.raises(InputError, match="density_of: expected one of fine_earth, whole_soil"):
        read(*lines, density_of="both")
