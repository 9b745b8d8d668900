// The console's own few things: ages that tick, a copy button, a filter key, passkeys, and a connection that comes back by itself.
(() => {
  "use strict";
  const root = document.documentElement;
  const speed = Number(root.dataset.speed || 1);
  const startedAt = performance.now();
  const serverNow = Date.parse(root.dataset.now) || Date.now();
  const now = () => serverNow + (performance.now() - startedAt) * speed;

  const NB = "\u00a0";
  const rest = (n, unit) => (n ? ` ${n}${NB}${unit}` : "");
  const span = (ms) => {
    const s = Math.max(0, Math.floor(ms / 1000)), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    if (s < 60) return `${s}${NB}s`;
    if (m < 60) return `${m}${NB}min`;
    if (h < 24) return `${h}${NB}h${rest(m % 60, "min")}`;
    return `${d}${NB}day${d === 1 ? "" : "s"}${rest(h % 24, "h")}`;
  };
  // The text node is changed in place: Blazor keeps a reference to it.
  const tick = () => {
    for (const el of document.querySelectorAll("time[data-age]")) {
      const text = span(now() - Date.parse(el.getAttribute("datetime")));
      if (el.firstChild && el.firstChild.data !== text) el.firstChild.data = text;
    }
  };
  setInterval(tick, 1000);

  document.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.firstChild.data = "Copied";
    } catch {
      button.firstChild.data = "Select and copy it";
    }
    setTimeout(() => { button.firstChild.data = "Copy"; }, 2000);
  });

  // Heard before the router, which scrolls to a place but leaves the focus where it was.
  document.addEventListener("click", (e) => {
    if (e.target.closest(".skip")) {
      e.preventDefault();
      document.getElementById("main").focus();
    } else if (e.target.closest("[data-reload]")) {
      e.preventDefault();
      location.reload();
    }
  }, true);

  document.addEventListener("keydown", (e) => {
    const filter = document.querySelector("[data-filter]");
    if (e.key === "/" && filter && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      e.preventDefault();
      filter.focus();
    }
  });

  // Passkeys: the hub's question, the authenticator's answer, and an ordinary form that carries it.
  const ceremony = async (form) => {
    const kind = form.dataset.passkey;
    const response = await fetch(kind === "create" ? "/console/passkeys/creation" : "/console/passkeys/request", {
      method: "POST",
      body: new URLSearchParams({ __RequestVerificationToken: form.querySelector("[name=__RequestVerificationToken]").value }),
    });
    if (!response.ok) throw new Error(response.status === 429 ? "Too many attempts. Please wait a minute." : "The hub did not answer. Please reload the page.");
    const options = await response.json();
    const credential = kind === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.querySelector("[data-credential]").value = JSON.stringify(credential);
    form.submit();
  };
  const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!able) continue;
    form.hidden = false;
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const fault = form.querySelector(".fault");
      fault.hidden = true;
      try {
        await ceremony(form);
      } catch (error) {
        fault.textContent = error.name === "NotAllowedError" ? "Nothing was chosen. You can try again." : error.name === "InvalidStateError" ? "This device has a passkey here already." : error.message;
        fault.hidden = false;
      }
    });
  }

  // Live pages. Tried again for as long as the window is open; a hub that has restarted knows no circuits, so the page is loaded anew.
  if (!window.Blazor) return;
  const bar = document.getElementById("components-reconnect-modal");
  let reloading = false;
  const reloadWhenBack = async () => {
    if (reloading) return;
    reloading = true;
    for (;;) {
      try {
        const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
        if (answer.status < 500) return location.reload();
      } catch { /* still away */ }
      await new Promise((done) => setTimeout(done, 1000));
    }
  };
  new MutationObserver(() => {
    if (/components-reconnect-(rejected|failed)/.test(bar.className)) reloadWhenBack();
  }).observe(bar, { attributes: true, attributeFilter: ["class"] });
  Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: (n) => Math.min(300 * 2 ** n, 5000) } } });
})();
