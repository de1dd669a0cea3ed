"""Claims about the front door: every verb and record is there, and the door opens at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

import proda_core


@pytest.mark.parametrize("name", proda_core.__all__)
def test_every_name_at_the_door_leads_to_a_verb_or_a_record(name):
    assert callable(getattr(proda_core, name))


def test_importing_the_package_imports_no_heavy_library():
    heavy = ("torch", "numba", "xarray", "sklearn")
    code = f"import sys, proda_core; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = proda_core.magic
