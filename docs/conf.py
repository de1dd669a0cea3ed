"""Settings of the documentation: `make docs` builds it into build/docs, without any network."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "PRODA"
author = "the PRODA developers"
copyright = author  # noqa: A001 - the name Sphinx asks for
release = version = installed_version("proda")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "plain_docstrings",
    "generated_reference",
]
exclude_patterns = ["_ext"]
html_theme = "furo"
html_title = "PRODA"
html_static_path: list[str] = []
html_show_sphinx = False
smartquotes = False

# Nothing is fetched, neither while building nor while reading: no MathJax, no widget scripts.
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
nb_ipywidgets_js: dict[str, dict] = {}
nb_execution_mode = "cache"
nb_execution_cache_path = str(Path(__file__).parent.parent / "build" / "notebooks")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True

toc_object_entries = False  # modules only; with every function, navigation takes most of the build
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 90
