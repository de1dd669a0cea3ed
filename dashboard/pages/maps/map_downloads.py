"""Buttons that download the maps in view as files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import panel_material_ui as pmui

from dashboard.pages.maps.map_export import MapFile
from dashboard.ui.layout import wrap_row

_FORMATS = {"CSV": ("csv", ".csv"), "NetCDF": ("netcdf", ".nc"), "GeoTIFF": ("geotiff", ".tif")}


def download_buttons(export: Callable[[], tuple[str, MapFile]]) -> object:
    """Return one button per format; ``export`` returns the file's name without suffix, and the maps."""
    return wrap_row(
        *(_button(label, *_FORMATS[label], export) for label in _FORMATS),
        **{"gap": "4px 12px", "flex": "0 1 420px"},
    )


def _button(label: str, method: str, suffix: str, export: Callable) -> pmui.FileDownload:
    def write() -> BytesIO:
        name, file = export()
        button.filename = name + suffix
        return getattr(file, method)()

    button = pmui.FileDownload(
        label=label,
        callback=write,
        filename=f"maps{suffix}",
        icon="download",
        size="small",
        sizing_mode="fixed",
        width=130,
        margin=(6, 0),
    )
    return button
