// Tabs by keyboard: Enter or Space selects the one in focus, arrows go to the next or previous one.
(() => {
  const tabOf = (event) => event.composedPath().find((each) => each.classList?.contains("bk-tab"))
  document.addEventListener("focusin", (event) => tabOf(event)?.setAttribute("role", "tab"))
  document.addEventListener("keydown", (event) => {
    const tab = tabOf(event)
    const step = {ArrowRight: 1, ArrowLeft: -1, Enter: 0, " ": 0}[event.key]
    if (!tab || step === undefined) return
    event.preventDefault()
    const tabs = [...tab.parentElement.querySelectorAll(".bk-tab")]
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]
    next.click()
    next.focus()
  })
})();
