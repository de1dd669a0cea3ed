// Keeps Panel's React components in step with their models; runs before the first of them is drawn.
//
// A component draws a value first and starts to listen for changes of it later: a change in between was never
// drawn, and a button stayed without its label. It also wrote every drawn value back to its model, possibly after
// the next change had come: the older value won, here and on the server. With this script it compares once more
// when it starts to listen, and writes back only what it has changed itself.
(() => {
  const changes = REPLACEMENTS
  const kind = Bokeh.Models.get("panel.models.esm.ReactComponent").prototype
  const original = kind._render_code
  kind._render_code = function () {
    return changes.reduce((code, [before, after]) => {
      if (code.split(before).length !== 2) {
        throw new Error(`Panel draws components with other code than expected (${before.trim()}): reload the page`)
      }
      return code.replace(before, () => after)
    }, original.call(this))
  }
})();
