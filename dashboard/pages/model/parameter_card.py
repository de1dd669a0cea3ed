"""The card of all parameters: buttons that set many at once, sliders, and the switch for soil texture."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.site_estimates import SiteEstimate
from dashboard.pages.model.parameter_sliders import ParameterSliders
from dashboard.state.parameter_choices import ParameterChoices
from dashboard.ui.help import Help
from dashboard.ui.layout import card_column, wrap_row
from dashboard.ui.text import escape_markdown, heading, markdown


class ParameterCard:
    """Change ``choices``.

    on_move : called with every move of a slider
    on_set : called after a button or the switch; on_release : when a slider is released
    """

    def __init__(
        self,
        choices: ParameterChoices,
        help_: Help,
        on_move: Callable[[], None],
        on_set: Callable[[], None],
        on_release: Callable[[], None],
    ) -> None:
        self._choices, self._on_set = choices, on_set
        self._estimate: SiteEstimate | None = None
        self._batch: SiteEstimate | None = None
        self._sliders = ParameterSliders(choices, on_move, on_release)
        self._from_site = self._button("Posterior of this site", lambda: self._set_means(self._estimate))
        self._from_batch = self._button("Batch of the run", lambda: self._set_means(self._batch))
        self._legend = markdown()
        self._texture = pmui.Switch(
            label="Derive fast-pool transfers from sand content (CLM5 rule)",
            value=choices.texture,
            size="small",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )
        self._texture.param.watch(self._on_texture, "value")
        self.view = self._layout(help_)

    def _layout(self, help_: Help) -> pn.Column:
        choices = self._choices
        buttons = (
            self._button("CLM5 default", choices.set_default),
            self._from_site,
            self._from_batch,
            self._button("Today's climate", choices.reset_climate),
        )
        return card_column(
            heading("Parameters", help_.button("parameters", "the sliders")),
            wrap_row(*buttons),
            self._legend,
            self._sliders.view,
            self._texture,
            grow=1,
            basis=330,
        )

    def set_estimates(self, estimate: SiteEstimate | None, batch: SiteEstimate | None) -> None:
        """Mark the posterior means of the site, and enable the buttons of what there is."""
        self._estimate, self._batch = estimate, batch
        self._sliders.set_marks(estimate.mean if estimate else {})
        self._from_site.disabled, self._from_batch.disabled = estimate is None, batch is None
        origin = escape_markdown(estimate.origin) if estimate else ""
        green = f"green: posterior mean of {origin}" if estimate else "no posterior of this site yet"
        self._legend.object = (
            f"<span class='quiet'>Strong line: prior · orange: CLM5 default · {green}</span>"
        )

    def update(self) -> None:
        """Move sliders and switch to the choices."""
        self._sliders.update()
        self._texture.value = self._choices.texture

    def _button(self, label: str, action: Callable[[], None]) -> pmui.Button:
        def on_click(event: object) -> None:
            action()
            self._on_set()

        return pmui.Button(label=label, variant="outlined", size="small", margin=(4, 0), on_click=on_click)

    def _set_means(self, estimate: SiteEstimate | None) -> None:
        if estimate is not None:
            self._choices.set_means(estimate.mean)

    def _on_texture(self, event: object) -> None:
        if event.new != self._choices.texture:
            self._choices.texture = bool(event.new)
            self._on_set()
