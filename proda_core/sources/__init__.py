"""Floor 2: sources. The only rooms that know file formats; one data set, one file, one Study."""
