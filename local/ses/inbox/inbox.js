// Keeps a list of mails, or of events, fresh while somebody looks at it.
const list = document.querySelector("[data-live]");
const everyMs = 2000;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(list.dataset.live);
  if (!response.ok) return;
  const fresh = await response.text();
  if (fresh === list.dataset.shown) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.innerHTML = fresh;
  list.dataset.shown = fresh;
  if (focused) document.getElementById(focused)?.focus();
}

if (list) {
  const tick = () => {
    // The laptop cloud may be stopped: the page stays as it is, and asks again.
    refresh().catch(() => undefined);
  };
  setInterval(tick, everyMs);
  document.addEventListener("visibilitychange", tick);
}
