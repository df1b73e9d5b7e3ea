// The door's page without a round trip for each guest: a check-in is kept here until the server has it.
"use strict";

const page = document.getElementById("door");
const words = page.dataset;
const found = document.getElementById("found");
const search = document.getElementById("q");
const state = document.getElementById("state");
const SHOWN = 30, EVERY = 10000, ID_LENGTH = 26; // guests, milliseconds, characters
const store = "door:" + words.event;
const { fold, matches } = buildSearch(JSON.parse(words.letters));

let guests = [];
let unsent = JSON.parse(localStorage.getItem(store) || "[]"); // {id, code, at}, oldest first; a code only of who showed one
let sending = false, waited = false;

function hasCome(guest) {
  return guest.checked_in_at || unsent.some((one) => one.id === guest.id);
}

function show() {
  const fitting = guests.filter((guest) => matches(search.value, guest.folded));
  found.replaceChildren(...fitting.slice(0, SHOWN).map(buildRow));
  document.getElementById("came").textContent = guests.filter(hasCome).length;
  document.getElementById("expected").textContent = words.known = guests.length;
  words.unsent = unsent.length;
}

function buildRow(guest) {
  const line = document.createElement("li"), name = document.createElement("strong");
  name.textContent = guest.name;
  line.append(name);
  if (hasCome(guest)) {
    line.append(" " + words.here);
  } else {
    const button = document.createElement("button"), whose = document.createElement("span");
    whose.className = "aside";
    whose.textContent = ": " + guest.name;
    button.type = "button";
    button.append(words.come, whose);
    button.addEventListener("click", () => checkIn(guest));
    line.append(" ", button);
  }
  return line;
}

function checkIn(guest, code) {
  if (!hasCome(guest) || isAnother(guest, code)) keep([...unsent, { id: guest.id, code, at: new Date(Date.now() + ahead).toISOString() }]);
  say(guest.name + " " + words.here);
  search.focus();
  search.select();
  send();
}

// A forged code that is still kept here does not hold up the true one.
function isAnother(guest, code) {
  return code && unsent.some((one) => one.id === guest.id && one.code && one.code !== code);
}

function keep(list) {
  unsent = list;
  localStorage.setItem(store, JSON.stringify(unsent));
  show();
}

function say(text) {
  state.textContent = text;
}

async function send() {
  if (sending) return;
  sending = true;
  const refusals = [];
  try {
    while (unsent.length) {
      const [first] = unsent;
      const answer = first.code
        ? await post("/check-ins", { code: first.code, at: first.at })
        : await post("/registrations/" + first.id + "/check-in", { at: first.at });
      if (answer.status >= 500 || [401, 403].includes(answer.status)) return wait();
      if (answer.ok) mark((await answer.json()).registration);
      else refusals.push(nameOf(first.id) + ": " + (await tellRefusal(first, answer)));
      keep(unsent.filter((one) => one !== first));
    }
    if (waited || refusals.length) say([...refusals, ...(waited ? [words.sent] : [])].join(" "));
    waited = false;
  } catch {
    wait(); // no network: retried soon
  } finally {
    sending = false;
  }
}

async function tellRefusal(sent, answer) {
  return sent.code && answer.status === 404 ? words.refused : (await answer.json()).detail;
}

function wait() {
  waited = true;
  say(words.waits.replace("#", unsent.length));
}

function post(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": document.documentElement.lang };
  return fetch(words.api + path, { method: "POST", headers, body: JSON.stringify(body) });
}

function mark(registration) {
  guests = guests.map((guest) => (guest.id === registration.id ? { ...guest, checked_in_at: registration.checked_in_at } : guest));
}

function nameOf(id) {
  return (guests.find((guest) => guest.id === id) || { name: "?" }).name;
}

let ahead = 0; // of this device's clock, the server's

async function refresh() {
  try {
    const answer = await fetch(words.api + "/door", { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const read = await answer.json();
      guests = read.guests.map((guest) => ({ ...guest, folded: fold(guest.name) }));
      ahead = Date.parse(read.now) - Date.now();
      show();
    }
  } catch {
    // no network: what was read last is as good as it gets
  }
  await send();
}

// A code begins with the registration's id, readable without a network; the server checks its signature.
function checkInByCode(code) {
  const id = code.split("/").pop().toLowerCase().slice(0, ID_LENGTH);
  const guest = guests.find((one) => one.id === id);
  if (guest) checkIn(guest, code);
  else say(words.unknown);
}

async function scan() {
  const video = document.createElement("video"), reader = new BarcodeDetector({ formats: ["qr_code"] });
  video.muted = video.playsInline = true;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return say(words.nocamera);
  }
  document.getElementById("camera").replaceChildren(video);
  await video.play();
  let last = "";
  setInterval(async () => {
    const [code] = await reader.detect(video);
    if (code && code.rawValue !== last) checkInByCode((last = code.rawValue));
  }, 300);
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  const button = document.getElementById("scan");
  button.hidden = false;
  button.addEventListener("click", scan, { once: true });
}
search.form.addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", show);
addEventListener("online", send);
setInterval(refresh, EVERY);
refresh();
