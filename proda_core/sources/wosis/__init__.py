"""WoSIS: soil profiles of the World Soil Information Service, snapshots of 2019 and 2023 (ISRIC).

``load`` reads whichever snapshot a directory holds into Profiles, with a table of what was found odd.
Licences differ by contributor (CC BY, CC BY-NC, ...): every observation carries its own.
"""

from proda_core.sources.wosis.load import Options, load

__all__ = ["Options", "load"]
