"""Constants of the soil model, each with unit and source."""

DAYS_PER_YEAR = 365.0  # d yr-1 [CTSM]
MONTHS = 12
FREEZING_POINT = 273.15  # K [CTSM]
REFERENCE_TEMPERATURE = 298.15  # K, 25 C, of the Q10 function [CTSM]
MAX_ACTIVE_LAYER_CRYOTURBATION = 2.0  # m, deepest active layer that counts as permafrost [CTSM]
MAX_DEPTH_CRYOTURBATION = 3.0  # m, where cryoturbation has vanished [CTSM]
MIN_WATER_POTENTIAL = -2.0  # MPa, minpsi_hr of CLM5 [PAR]
MIN_WATER_SCALAR = 0.05  # 1, floor of the potential form [CTSM]
