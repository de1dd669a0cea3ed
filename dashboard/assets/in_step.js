// Keeps Panel's React components in step with their models; to be run before the first of them is drawn.
//
// A component draws a value first and listens for changes of it later: a change in between was never drawn,
// and a button stayed without its label. It also wrote every drawn value back, after the next change might
// have come: the older value won, here and on the server. Now it looks once more when it begins to listen,
// and writes back what it has changed itself, not what it was told.
(() => {
  const changes = [
    ["react_proxy.on(prop, cb, true)\n", "react_proxy.on(prop, cb, true)\n            if (targetModel.attributes[resolvedProp] !== value) cb()\n"],
    ["let initialized = React.useRef(false)\n", "const own = React.useRef(false)\n          const change = React.useCallback((next) => { own.current = true; setValue(next) }, [])\n"],
    ["if (!target.model.events.includes(resolvedProp) && initialized.current) {\n", "if (!target.model.events.includes(resolvedProp) && own.current) {\n              own.current = false\n"],
    ["} else { initialized.current = true }\n", "}\n"],
    ["return [value, setValue]\n", "return [value, change]\n"],
  ]
  const kind = Bokeh.Models.get("panel.models.esm.ReactComponent").prototype
  const written = kind._render_code
  kind._render_code = function () {
    return changes.reduce((code, [before, after]) => code.replace(before, after), written.call(this))
  }
})();
