// Keeps a page as the server has it: asks for it anew, and puts in what has changed of the parts marked data-live
// (their value: seconds between two looks). What somebody is at in a form stays as it is.
"use strict";

const words = document.currentScript.dataset;
const LONGEST = 300; // seconds from one look to the next while they fail
const address = new URL(location.href);
address.searchParams.delete("done"); // what was just done is said once
address.hash = "";

const news = document.createElement("p"); // what is said to whoever does not see it change
news.className = "aside";
news.setAttribute("role", "status");
document.querySelector("main").prepend(news);

const touched = new WeakSet(); // parts in whose forms something was written or chosen
let known = "", failed = 0, timer = 0, looking = false;

function parts() {
  return [...document.querySelectorAll("[data-live]")];
}

function meaning() {
  const said = [...document.querySelectorAll("[data-say]")];
  return said.map((each) => each.textContent.replace(/\s+/g, " ").trim()).join(" ");
}

async function look() {
  clearTimeout(timer);
  if (looking || document.hidden) return;
  looking = true;
  try {
    const headers = known ? { Accept: "text/html", "If-None-Match": known } : { Accept: "text/html" };
    const answer = await fetch(address, { headers, cache: "no-store" });
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      known = show(page) ? answer.headers.get("ETag") || "" : ""; // what had to wait is looked at again
    }
    if (failed > 1) say("", "aside");
    failed = 0;
  } catch {
    failed += 1; // no network, or signed out: tried again, later each time
    if (failed > 1) say(words.stale, "done");
  } finally {
    looking = false;
    wait();
  }
}

function wait() {
  const every = Math.min(...parts().map((part) => Number(part.dataset.live)));
  if (Number.isFinite(every)) timer = setTimeout(look, 1000 * (failed ? Math.min(every * 2 ** failed, LONGEST) : every));
}

// Whether all of it is shown now.
function show(page) {
  const before = meaning();
  const shown = parts().map((part) => put(part, page.getElementById(part.id))).every(Boolean);
  if (meaning() !== before) say(meaning(), "aside");
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
document.addEventListener("visibilitychange", look);
wait();
