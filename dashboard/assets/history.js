// The browser's way back: one entry for each page, data set, run and site that was looked at.
//
// Panel makes an entry of every change of the link, ten for a zoom, and does not hear of the way back: the
// address changed, the page did not. Here what leaves these four alone changes the entry it is in, and so does
// what is only left out of a link; and the way back is told to the server, as a link to be read again.
(() => {
  const page = (url) => url.searchParams.get("page") ?? "overview"
  const other = (next, now) => page(next) !== page(now) || ["data", "run", "site"].some(
    (name) => next.searchParams.has(name) && next.searchParams.get(name) !== now.searchParams.get(name))
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    const again = /[?&]again=\d+/
    const url = address.replace(again, "")
    const leads = other(new URL(url, location.href), new URL(location.href))
    leads ? push(state, title, url) : history.replaceState(state, title, url)
  }
  let count = 0
  window.addEventListener("popstate", () => {
    const models = Bokeh.documents.flatMap((document) => [...document._all_models.values()])
    const model = models.find((each) => each.type === "panel.models.location.Location")
    if (!model) return
    count += 1
    model.search = `${location.search || "?"}&again=${count}`
  })
})();
