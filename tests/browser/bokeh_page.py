"""What a person does on a page: see a figure's data, zoom it, fill in a field, choose from a menu."""

from __future__ import annotations

from playwright.sync_api import Page

# Asked of the views; to ask the document for a name fails on models that are not complete yet.
_FIGURE = """
name => Bokeh.index.query_one(view => {
  try {
    return view.model.name === name
  } catch {
    return false  // not complete yet
  }
})
"""


def place_of(page: Page, figure: str, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a point of a figure's data is [px]."""
    point = page.evaluate(
        f"""([name, x, y]) => {{
          const view = ({_FIGURE})(name)
          const box = view.canvas_view.el.getBoundingClientRect()
          return [box.left + view.frame.x_scale.compute(x), box.top + view.frame.y_scale.compute(y)]
        }}""",
        [figure, x, y],
    )
    return point[0], point[1]


def column(page: Page, source: str, name: str) -> list:
    """A column of a named data source, as the browser has it."""
    return page.evaluate(
        """([source, name]) => {
          for (const doc of Bokeh.documents) {
            const model = doc.get_model_by_name(source)
            if (model) return Array.from(model.data[name] ?? model.get_column?.(name) ?? [])
          }
          return []
        }""",
        [source, name],
    )


def drawn(page: Page, figure: str) -> int:
    """How many marks of all lines, points and bars of a figure the browser holds; 0 without the figure."""
    return page.evaluate(
        f"""name => {{
          const view = ({_FIGURE})(name)
          if (!view) return 0
          const lengths = view.model.renderers.map(r => {{
            const data = r.data_source && r.data_source.data
            if (!data) return 0
            const columns = data instanceof Map ? [...data.values()] : Object.values(data)
            return columns.length ? columns[0].length : 0
          }})
          return lengths.reduce((a, b) => a + b, 0)
        }}""",
        figure,
    )


def words_of(page: Page, figure: str) -> dict[str, str]:
    """Title and axis labels of a figure; empty without the figure."""
    return page.evaluate(
        f"""name => {{
          const view = ({_FIGURE})(name)
          if (!view) return {{}}
          const p = view.model
          return {{title: p.title.text, x: p.below[0].axis_label, y: p.left[0].axis_label}}
        }}""",
        figure,
    )


def ranges_of(page: Page, figure: str) -> list[float]:
    """Start and end of both axes of a figure."""
    return page.evaluate(
        f"""name => {{
          const p = ({_FIGURE})(name).model
          return [p.x_range.start, p.x_range.end, p.y_range.start, p.y_range.end]
        }}""",
        figure,
    )


def wait_for_title(page: Page, figure: str, part: str) -> None:
    """Wait until the title of a figure contains something."""
    page.wait_for_function(
        f"([name, part]) => (({_FIGURE})(name)?.model.title.text ?? '').includes(part)", arg=[figure, part]
    )


def wait_for_other_ranges(page: Page, figure: str, before: list[float]) -> None:
    """Wait until a figure shows another part of its data, and stays there."""
    page.wait_for_function(
        f"""([name, before]) => {{
          const p = ({_FIGURE})(name).model
          const now = [p.x_range.start, p.x_range.end, p.y_range.start, p.y_range.end]
          return now.some((value, i) => value !== before[i])
        }}""",
        arg=[figure, before],
    )
    page.wait_for_timeout(500)


def zoom_in(page: Page, figure: str, over: str = "", turns: int = 1) -> list[float]:
    """Turn the wheel in the middle of a figure, or of another that moves with it; its new ranges."""
    before = ranges_of(page, figure)
    middle = (before[0] + before[1]) / 2, (before[2] + before[3]) / 2
    page.mouse.move(*place_of(page, over or figure, *middle))
    for _ in range(turns):
        page.mouse.wheel(0, -300)
    wait_for_other_ranges(page, figure, before)
    return ranges_of(page, figure)


def fill_in(page: Page, label: str, text: str) -> None:
    """Write into a field and leave it with Enter; the first of them, where two have the same name."""
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Enter")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a menu; from the last, where two have the same name."""
    page.get_by_role("combobox", name=label).last.click()
    page.get_by_role("menuitem", name=option, exact=True).click()


def wait_until_idle(page: Page) -> None:
    """Wait until everything is drawn and the page takes input."""
    page.wait_for_function(
        "() => window.Bokeh && Bokeh.documents.length && Bokeh.documents.every(d => d.is_idle)"
    )


def wait_for_figure(page: Page, figure: str, marks: int = 1) -> None:
    """Wait until a figure is on the screen with so many marks."""
    page.wait_for_function(
        f"""([name, marks]) => {{
          const view = ({_FIGURE})(name)
          if (!view || !view.canvas_view || view.canvas_view.bbox.width < 50) return false
          if (!view.el.checkVisibility({{visibilityProperty: true}})) return false
          const lengths = view.model.renderers.map(r => {{
            const data = r.data_source && r.data_source.data
            if (!data) return 0
            const columns = data instanceof Map ? [...data.values()] : Object.values(data)
            return columns.length ? columns[0].length : 0
          }})
          return lengths.reduce((a, b) => a + b, 0) >= marks
        }}""",
        arg=[figure, marks],
    )


def wait_for_figures(page: Page, figure: str, count: int) -> None:
    """Wait until so many figures of one name are on the screen with marks: one of each run in view."""
    page.wait_for_function(
        """([name, count]) => {
          const views = [...Bokeh.index.query(view => view.model.name === name)]
          const seen = views.filter(view => view.canvas_view && view.canvas_view.bbox.width >= 50)
          const full = seen.filter(view => view.model.renderers.some(r => r.data_source?.length > 0))
          return full.length === count
        }""",
        arg=[figure, count],
    )
