"""The sites that the visitor has chosen for an assimilation, and the sentence that names them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.state import site_list
from dashboard.state.session_state import SessionState
from proda_core.records.study import Study

MAX_LISTED = 30  # sites in the sentence


@dataclass(frozen=True)
class ChosenSites:
    """Chosen sites that can be assimilated, and the number of those that cannot."""

    sites: tuple[int, ...]
    unusable: int

    @property
    def sentence(self) -> str:
        """Which sites are chosen, or how to choose some (Markdown)."""
        if not self.sites:
            none = f"None of the {self.unusable:,} chosen can be assimilated."
            start = none if self.unusable else "No site chosen."
            return f"{start} Tap one on the page **Sites**, or select several."
        count = len(self.sites)
        listed = site_list.write(self.sites[:MAX_LISTED]) + ("…" if count > MAX_LISTED else "")
        left_out = f". {self.unusable:,} of the chosen cannot be assimilated." if self.unusable else ""
        return f"**{count:,}** site{'s' if count != 1 else ''} chosen: {listed}{left_out}"


def chosen_sites(study: Study, session: SessionState) -> ChosenSites:
    """Return the selected sites, else the tapped one, divided by whether they can be assimilated."""
    tapped = () if session.site is None else (session.site,)
    chosen = session.selected or tapped
    usable = set(map(int, study.assimilable()))
    sites = tuple(site for site in chosen if site in usable)
    return ChosenSites(sites, len(chosen) - len(sites))


def all_sites_sentence(study: Study) -> str:
    """Return the sentence for a batch of all sites (Markdown)."""
    count = len(study.assimilable())
    return f"All **{count:,}** sites of the data set that can be assimilated share one parameter set."
