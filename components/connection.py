"""Says in the page that the connection is lost, is being tried again, and is back.

Streamlit greys its controls out while it reconnects and says little. A reader in a meeting must
know at once that the view is safe: all of it is in the address. The banner is drawn by the browser
alone, for the server is what cannot be reached. It takes a strip at the bottom of the window, and
the page gives way, so that it covers nothing.

Streamlit writes the state of its connection on its root element; ``navigator.onLine`` knows sooner
when the device itself is offline. After a reconnection the browser asks for one run. Streamlit
does not always: a server that was restarted would know nothing of the reader until the next full
run, and drop what is changed inside a fragment until then. The run brings the session's mark, which
tells whether the server still knew this reader: a new session has lost Undo and uploaded files.
"""

from __future__ import annotations

import secrets

import streamlit as st

# What the reader is told, in one place so that a translation or a test finds it.
WORDS = {
    "lost": "Connection lost. What you set is kept in this page\u2019s address. Trying again\u2026",
    "offline": (
        "This device is offline. What you set is kept in this page\u2019s address; it goes on "
        "when the network is back."
    ),
    "gone": (
        "Connection lost, and the server does not take it up again. Reload the page: what you set "
        "is kept in its address."
    ),
    "waiting": "Controls do not answer until then.",
    "drawing": "Connected again; the view is being drawn\u2026",
    "back": "Connected again; this is the same view.",
    "check": "If your last change is not shown, make it once more.",
    "fresh": (
        "Connected again to a server that was restarted; this is the same view, from this "
        "page\u2019s address. Undo steps and uploaded files are gone."
    ),
}
SHOWN_FOR = 6000  # ms that good news stays
_MARK = "connection_mark"
_CSS = """
#mulembe-connection {
  position: fixed; left: 0; right: 0; bottom: 0; z-index: 1000000; box-sizing: border-box;
  font: 14px/1.4 Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; text-align: center;
}
#mulembe-connection:empty { display: none; }
#mulembe-connection p {
  margin: 0; padding: 10px 16px; color: #22252B; background: #F0EEE8;
  border-top: 2px solid #534A86;
}
#mulembe-connection[data-dark] p {
  color: #E8E6E1; background: #20242A; border-top-color: #A79BE8;
}
#mulembe-connection p::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 9px;
  border-radius: 50%; border: 2px solid currentColor;
}
#mulembe-connection[data-told="back"] p::before,
#mulembe-connection[data-told="fresh"] p::before { background: currentColor; }
@media (prefers-reduced-motion: no-preference) {
  #mulembe-connection[data-told="lost"] p::before { animation: mulembe-wait 1.6s infinite; }
  @keyframes mulembe-wait { 50% { opacity: 0.25; } }
}
@media print { #mulembe-connection { display: none; } }
.st-key-mulembe_connection { position: absolute; }
"""
# One watcher per window: the element of the component comes and goes with the pages.
_JS = """
const KEY = "__mulembeConnection";
const SETTLED = 3;  // quarters of a second without a run, until the page is taken to be drawn
const PATIENCE = 120;  // quarters of a second for the run to begin
const SPREAD = 800;  // ms

function watcher() {
  const banner = document.createElement("div");
  banner.id = "mulembe-connection";
  banner.setAttribute("role", "status");
  banner.setAttribute("aria-live", "polite");
  document.body.append(banner);
  const root = document.getElementById("root");
  const self = { words: {}, mark: "", before: "", lost: false, ran: false, timer: 0, settling: 0 };

  const app = () => document.querySelector('[data-testid="stApp"]');
  const state = () => app()?.getAttribute("data-test-connection-state") ?? "";
  const dark = () => {
    const [r, g, b] = (getComputedStyle(app() ?? document.body).backgroundColor
      .match(/\\d+/g) ?? [255, 255, 255]).map(Number);
    return r + g + b < 384;
  };
  const room = (pixels) => {
    root.style.position = pixels ? "fixed" : "";
    root.style.inset = pixels ? `0 0 ${pixels}px 0` : "";
  };
  const clear = () => { banner.replaceChildren(); delete banner.dataset.told; room(0); };

  function say(told, ...more) {
    clearTimeout(self.timer);
    if (banner.dataset.told !== told) {
      const line = document.createElement("p");
      line.textContent = [told, ...more].map((name) => self.words[name]).join(" ");
      banner.toggleAttribute("data-dark", dark());
      banner.dataset.told = told;
      banner.replaceChildren(line);
    }
    room(banner.offsetHeight);
  }

  function good() {
    const fresh = self.before !== "" && self.mark !== self.before;
    self.lost = false;
    self.before = "";
    if (fresh) say("fresh"); else say("back", "check");
    self.timer = setTimeout(clear, self.words.shownFor);
  }

  const connected = () => self.lost && navigator.onLine && state() === "CONNECTED";
  const askedFor = () => {
    if (connected()) { self.ran = false; self.ask(); settle(SETTLED, PATIENCE); }
  };
  // A slow server begins its run late: until one is seen, nothing is said to be drawn.
  function settle(left, patience) {
    clearTimeout(self.settling);
    if (!connected()) return;
    const idle = app().getAttribute("data-test-script-state") === "notRunning";
    const still = idle && (self.ran || patience <= 0);
    if (left <= 0) good();
    else self.settling = setTimeout(() => settle(still ? left - 1 : SETTLED, patience - 1), 250);
  }

  self.look = () => {
    const now = state();
    if (!navigator.onLine) {
      lose(); say("offline", "waiting");
    } else if (now === "DISCONNECTED_FOREVER") {
      lose(); say("gone");
    } else if (now !== "CONNECTED") {
      lose(); say("lost", "waiting");
    } else if (self.lost) {
      say("drawing");
      // All readers of a lost server come back at once: they ask one after the other.
      clearTimeout(self.settling);
      self.settling = setTimeout(askedFor, 100 + Math.random() * SPREAD);
    }
  };
  const lose = () => {
    if (!self.lost) { self.lost = true; self.before = self.mark; }
  };

  new MutationObserver(self.look).observe(root, {
    subtree: true, attributes: true, attributeFilter: ["data-test-connection-state"],
  });
  new MutationObserver(() => { if (connected()) self.ran = true; }).observe(root, {
    subtree: true, attributes: true, attributeFilter: ["data-test-script-state"],
  });
  // Streamlit's own dialog says the same and locks the page; none of ours can open meanwhile.
  const foreign = '[data-testid="stDialog"]';
  new MutationObserver((changes) => {
    if (!self.lost || state() === "CONNECTED") return;
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      const dialog = node.matches?.(foreign) ? node : node.querySelector?.(foreign);
      dialog?.querySelector('[aria-label="Close"]')?.click();
    }
  }).observe(document.body, { childList: true });
  window.addEventListener("online", self.look);
  window.addEventListener("offline", self.look);
  return self;
}

export default function ({ data, setTriggerValue }) {
  const self = (window[KEY] ??= watcher());
  self.words = data.words;
  self.mark = data.mark;
  self.ask = () => setTriggerValue("again", true);
}
"""
_component = st.components.v2.component(
    "mulembe_connection", js=_JS, css=_CSS, isolate_styles=False
)


def announce() -> None:
    """Put the watcher into the page; every page has it."""
    mark = st.session_state.setdefault(_MARK, secrets.token_hex(4))
    _component(
        key="mulembe_connection",
        data={"mark": mark, "words": WORDS | {"shownFor": SHOWN_FOR}},
        on_again_change=lambda: None,
    )
