"""Floor 3: from covariates to parameters. Sibling of assimilation; they meet only through Posterior."""
