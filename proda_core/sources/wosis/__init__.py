"""WoSIS: soil profiles of the World Soil Information Service, snapshots of 2019 and 2023 (ISRIC).

``load`` reads whichever snapshot a directory holds into Profiles, with a table of quality notes.
Licences differ by contributor (CC BY, CC BY-NC, ...): every observation has its own.
"""

from proda_core.sources.wosis.load import Options, load

__all__ = ["Options", "load"]
