"""Networks that predict the soil model's parameters from covariates; they learn from a Posterior."""
