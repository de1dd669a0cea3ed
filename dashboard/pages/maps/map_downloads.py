"""Buttons that hand out the maps in view as files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import panel_material_ui as pmui

from dashboard.pages.maps.map_export import MapFile
from dashboard.ui.layout import wrap_row

_KINDS = {"CSV": ("csv", ".csv"), "NetCDF": ("netcdf", ".nc"), "GeoTIFF": ("geotiff", ".tif")}


def download_buttons(make: Callable[[], tuple[str, MapFile]]) -> object:
    """One button per format; ``make`` gives the name without ending, and the file."""
    return wrap_row(
        *(_button(words, *_KINDS[words], make) for words in _KINDS),
        **{"gap": "4px 12px", "flex": "0 1 420px"},
    )


def _button(words: str, method: str, ending: str, make: Callable) -> pmui.FileDownload:
    def hand_out() -> BytesIO:
        name, file = make()
        button.filename = name + ending
        return getattr(file, method)()

    button = pmui.FileDownload(
        label=words,
        callback=hand_out,
        filename=f"maps{ending}",
        icon="download",
        size="small",
        sizing_mode="fixed",
        width=130,
        margin=(6, 0),
    )
    return button
