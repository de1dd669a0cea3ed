"""The equations of the soil model: carbon from forcing and parameters, without file formats."""
