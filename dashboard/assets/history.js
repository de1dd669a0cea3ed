// The browser's way back: one entry for each page, data set, run and site that was looked at.
//
// Panel makes an entry of every change of the link, ten for a zoom, and does not hear of the way back: the
// address changed, the page did not. Here what leaves these four alone changes the entry it is in, and so does
// what the server makes of a link before anybody has touched the page; and the way back is told to the
// server, as a link to be read again.
(() => {
  const place = (address) => {
    const asked = new URL(address, location.href).searchParams
    return [asked.get("page") ?? "overview", ...["data", "run", "site"].map((name) => asked.get(name))].join("|")
  }
  let arriving = true
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { arriving = false }, true)
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    const url = address.replace(/[?&]again=\d+/, "")
    if (arriving || place(url) === place(location.href)) history.replaceState(state, title, url)
    else push(state, title, url)
  }
  let count = 0
  window.addEventListener("popstate", () => {
    const models = Bokeh.documents.flatMap((document) => [...document._all_models.values()])
    const model = models.find((each) => each.type === "panel.models.location.Location")
    if (!model) return
    count += 1
    arriving = true
    model.search = `${location.search || "?"}&again=${count}`
  })
})();
