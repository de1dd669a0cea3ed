"""Tables of parameters, pools, layers and covariates, each row with its unit and source."""
