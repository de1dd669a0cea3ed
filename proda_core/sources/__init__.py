"""Sources: one module per data set reads its files into records; no other package knows file formats."""
