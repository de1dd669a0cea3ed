"""Floor 4: modelled against observed. Scores, stocks, tables."""
