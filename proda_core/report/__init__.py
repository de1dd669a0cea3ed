"""The roof beside the journey: a run as figures, tables and one page. The only room that draws."""
