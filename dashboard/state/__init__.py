"""The choices of a visitor; no Panel, no Bokeh."""
