"""Maps: from sites to every cell of a grid. Parameter maps, carbon maps, regridding."""
