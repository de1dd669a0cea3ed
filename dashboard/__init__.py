"""The windows of PRODA: choose (state), compute (jobs), draw (figures), place (pages)."""
