"""Floor 2: the equations. Forcing and parameters in, carbon out; knows no file format."""
