"""Small made-up WoSIS snapshots, in the layouts of September 2019 and December 2023."""

from __future__ import annotations

from pathlib import Path

from tests.unit.sources.formats import write_table

# profile, layer, upper, lower, orgc, raw list, bulk density of fine earth, of whole soil, stones,
# licence, litter
LAYERS = (
    (11, 101, -5, 0, 300.0, "{1:300}", None, None, None, "CC-BY", "t"),
    (11, 102, 0, 20, 20.0, "{1:18.0,2:22.0}", 1.25, None, 10.0, "CC-BY", "f"),
    (11, 103, 20, 60, 5.0, "{1:5.0}", None, 1.60, 40.0, "CC-BY", "f"),
    (11, 104, 60, 100, 2.0, "{1:2.0}", None, None, None, "CC-BY", "f"),
    (12, 105, 0, 30, 15.0, "{1:15.0}", 1.30, None, None, "CC-BY-NC", "f"),
    (12, 106, 30, 30, 8.0, "{1:8.0}", 1.40, None, None, "CC-BY-NC", "f"),
    (12, 107, 30, 80, None, "", 1.40, None, None, "CC-BY-NC", "f"),
    (13, 108, 0, 25, 12.0, "{1:12.0}", 1.20, None, None, "CC-BY", "f"),
)
US = "United States of America"
PLACES = {11: (-76.5, 42.4, US), 12: (-76.5, 42.4, US), 13: (10.0, 50.0, "Germany")}
NAMES = ("profile", "layer", "upper", "lower", "orgc", "raw", "fine", "whole", "stones", "licence", "litter")


def columns() -> dict[str, list]:
    return {name: list(values) for name, values in zip(NAMES, zip(*LAYERS, strict=True), strict=True)}


def write_2019(directory: Path, licence: str = "licence", averages: bool = True) -> Path:
    """profiles, layers_chemical and layers_physical; ``licence`` is spelt one way or the other."""
    c, prefix = columns(), directory / "WoSIS_2019_September" / "wosis_201909_"
    ids = {
        "profile_id": c["profile"],
        "profile_layer_id": c["layer"],
        "upper_depth": c["upper"],
        "lower_depth": c["lower"],
    }
    ids |= {"layer_name": [""] * len(LAYERS), "litter": c["litter"]}
    orgc = {"orgc_value": c["raw"], **({"orgc_value_avg": c["orgc"]} if averages else {})}
    orgc |= {
        "orgc_method": ["{1:wet}"] * len(LAYERS),
        f"orgc_{licence}": [f"{{1:{v}}}" for v in c["licence"]],
    }
    physical = {"bdfiod_value": ["{1:9.9}" if v else "" for v in c["fine"]], "bdfiod_value_avg": c["fine"]}
    physical |= {"bdwsod_value_avg": c["whole"], "cfvo_value_avg": c["stones"]}
    write_table(Path(f"{prefix}layers_chemical.tsv"), ids | orgc)
    write_table(Path(f"{prefix}layers_physical.tsv"), ids | physical)
    places = {
        "profile_id": list(PLACES),
        "country_id": ["XX"] * 3,
        "country_name": [p[2] for p in PLACES.values()],
    }
    places |= {"latitude": [p[1] for p in PLACES.values()], "longitude": [p[0] for p in PLACES.values()]}
    write_table(Path(f"{prefix}profiles.tsv"), places)
    return directory


def write_2023(directory: Path, licence: str = "licence", averages: bool = True) -> Path:
    """One denormalised file per property, and the table of layers with the litter mark."""
    c, prefix = columns(), directory / "WoSIS_2023_December" / "wosis_202312_"
    write_table(Path(f"{prefix}layers.tsv"), {"layer_id": c["layer"], "litter": c["litter"]})
    for name, values in (
        ("orgc", c["orgc"]),
        ("bdfiod", c["fine"]),
        ("bdwsod", c["whole"]),
        ("cfvo", c["stones"]),
    ):
        rows = [i for i, value in enumerate(values) if value is not None]
        raw = [c["raw"][i] if name == "orgc" else f"{{1:{values[i]}}}" for i in rows]
        average = {"value_avg": [values[i] for i in rows]} if averages else {}
        table = {"profile_id": [c["profile"][i] for i in rows], "layer_id": [c["layer"][i] for i in rows]}
        table |= {"upper_depth": [c["upper"][i] for i in rows], "lower_depth": [c["lower"][i] for i in rows]}
        table |= {"value": raw, **average, "country_name": [PLACES[c["profile"][i]][2] for i in rows]}
        table |= {"longitude": [PLACES[c["profile"][i]][0] for i in rows]}
        table |= {"latitude": [PLACES[c["profile"][i]][1] for i in rows]}
        table |= {
            "positional_uncertainty": ["100 m - 1 km"] * len(rows),
            licence: [c["licence"][i] for i in rows],
        }
        write_table(Path(f"{prefix}{name}.tsv"), table)
    return directory
