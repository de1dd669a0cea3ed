"""Reports: a run as figures, tables and one page. The only package that draws with Matplotlib."""
