// Back and forward buttons: one history entry for each page, data set, run and site that was looked at.
//
// Panel adds an entry for every change of the address, ten for a zoom, and ignores the back button: the address
// changes, the page does not. With this script a change that leaves these four alone replaces the current entry, and
// so does what the server makes of a link before the visitor has touched the page; after the back or forward button
// the server is asked to read the address again.
(() => {
  const place = (address) => {
    const query = new URL(address, location.href).searchParams
    return [query.get("page") ?? "overview", ...["data", "run", "site"].map((name) => query.get(name))].join("|")
  }
  let untouched = true
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { untouched = false }, true)
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    const url = address.replace(/[?&]again=\d+/, "")
    if (untouched || place(url) === place(location.href)) history.replaceState(state, title, url)
    else push(state, title, url)
  }
  let count = 0
  window.addEventListener("popstate", () => {
    const models = Bokeh.documents.flatMap((document) => [...document._all_models.values()])
    const model = models.find((each) => each.type === "panel.models.location.Location")
    if (!model) return
    count += 1
    untouched = true
    model.search = `${location.search || "?"}&again=${count}`
  })
})();
