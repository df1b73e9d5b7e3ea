// Refreshes a page (polling with ETag): replaces the changed parts marked data-live (their value: seconds between
// two requests). A form that is being filled in stays as it is.
"use strict";

const words = document.currentScript.dataset;
const LONGEST = 300; // seconds between two requests while they fail
const address = new URL(location.href);
address.searchParams.delete("done"); // a confirmation is shown once
address.hash = "";

const news = document.createElement("p"); // announces changes to screen readers
news.className = "aside";
news.setAttribute("role", "status");
document.querySelector("main").prepend(news);

const touched = new WeakSet(); // parts in whose forms something was written or chosen
let etag = "", failed = 0, timer = 0, looking = false;

function parts() {
  return [...document.querySelectorAll("[data-live]")];
}

function announcement() {
  const texts = [...document.querySelectorAll("[data-say]")];
  return texts.map((each) => each.textContent.replace(/\s+/g, " ").trim()).join(" ");
}

async function refresh() {
  clearTimeout(timer);
  if (looking || document.hidden) return;
  looking = true;
  try {
    const headers = etag ? { Accept: "text/html", "If-None-Match": etag } : { Accept: "text/html" };
    const answer = await fetch(address, { headers, cache: "no-store" });
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      etag = show(page) ? answer.headers.get("ETag") || "" : ""; // what had to wait is asked for again
    }
    if (failed > 1) say("", "aside");
    failed = 0;
  } catch {
    failed += 1; // no network, or signed out: retried with backoff
    if (failed > 1) say(words.stale, "done");
  } finally {
    looking = false;
    wait();
  }
}

function wait() {
  const every = Math.min(...parts().map((part) => Number(part.dataset.live)));
  if (Number.isFinite(every)) timer = setTimeout(refresh, 1000 * (failed ? Math.min(every * 2 ** failed, LONGEST) : every));
}

// Returns whether all of it is shown now.
function show(page) {
  const before = announcement();
  const shown = parts().map((part) => put(part, page.getElementById(part.id))).every(Boolean);
  if (announcement() !== before) say(announcement(), "aside");
  return shown;
}

function put(part, fresh) {
  if (!fresh || part.isEqualNode(fresh)) return true;
  const focused = part.contains(document.activeElement) && document.activeElement;
  const same = focused && [...fresh.querySelectorAll("a, button")].find((each) => each.isEqualNode(focused));
  if (touched.has(part) || (focused && !same) || isSelected(part)) return false;
  part.replaceWith(document.adoptNode(fresh));
  if (same) same.focus({ preventScroll: true });
  return true;
}

function isSelected(part) {
  const selection = getSelection();
  return selection.type === "Range" && selection.containsNode(part, true);
}

function say(text, how) {
  news.textContent = text;
  news.className = how;
}

document.addEventListener("input", (event) => {
  const part = event.target.closest("[data-live]");
  if (part) touched.add(part);
});
document.addEventListener("visibilitychange", refresh);
wait();
