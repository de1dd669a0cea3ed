"""One file per figure: a tidy table of the comparison goes in, a matplotlib Figure comes out."""
