/* The visit form without a mouse: keys, quick days, lines on demand, an id of its own, the position on demand.
   What was typed stays in the page until the server says that it is stored: a lost connection, a server in
   trouble or a session that ended leaves every field as it is. Nothing is written to the laptop's disk. */

const newId = () => {
  // randomUUID is absent on plain http
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const current = () => document.getElementById("visit-form");
let dirty = false;
let stale = false; // the session ended: the form's token is of no use any more
let again = false; // sent a second time with a new token

function choose(form, name, place) {
  const choice = form.querySelectorAll(`input[type=radio][name=${name}]`)[place];
  if (!choice) return false;
  choice.checked = true;
  choice.focus();
  dirty = true;
  return true;
}

function quickDay(form, place) {
  const button = form.querySelectorAll("#quick-days button")[place];
  button?.click();
  return Boolean(button);
}

/* Where a key leads: the first line that is still empty, or the note. */
function seek(form, where) {
  if (where === "note") return form.elements.note.focus();
  const fields = [...form.querySelectorAll(`#${where} .lines__line:not([hidden]) :is(select, input)`)];
  (fields.find((field) => !field.value) ?? fields[0])?.focus();
}

function shortcut(form, event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit();
    return true;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return false;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) return Number(digit[1]) < 6 ? choose(form, "mode", digit[1] - 1) : quickDay(form, digit[1] - 7);
  if (event.code === "KeyY") return choose(form, "met", 0);
  if (event.code === "KeyN") return choose(form, "met", 1);
  const where = { KeyO: "offers", KeyR: "needs", KeyM: "note" }[event.code];
  if (where) seek(form, where);
  return Boolean(where);
}

/* Enter goes on to the next field, as on a bank's counter; in the note it is a new line, on a button a press. */
function onward(form, event) {
  const { target } = event;
  if (event.key !== "Enter" || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (!target.matches("input, select")) return false;
  const groups = new Set();
  const stops = [...form.elements].filter((field) => {
    if (!field.matches("input:not([type=hidden]), select, textarea, .button--primary") || field.offsetParent === null) return false;
    if (field.type !== "radio") return true;
    if (groups.has(field.name) || (!field.checked && form.querySelector(`[name=${field.name}]:checked`))) return false;
    groups.add(field.name);
    return true;
  });
  const here = stops.findIndex((field) => field === target || (field.type === "radio" && field.name === target.name));
  stops[here + 1]?.focus();
  return true;
}

/* Empty lines wait behind a button; beyond those of the page a line is copied. */
function grow(part) {
  const lines = () => [...part.querySelectorAll(".lines__line")];
  const empty = (line) => !line.querySelector("[aria-invalid=true]") && [...line.querySelectorAll("select, input")].every((field) => !field.value);
  const more = part.querySelector(".lines__more");
  const total = part.form.elements[`${part.id}-TOTAL_FORMS`];
  let shown = false;
  for (const line of lines()) {
    line.hidden = empty(line) && shown;
    shown ||= empty(line);
  }
  const full = () => { more.hidden = lines().length >= Number(part.dataset.most) && !lines().some((line) => line.hidden); };
  full();
  more.addEventListener("click", () => {
    let line = lines().find((each) => each.hidden);
    if (!line) {
      const number = lines().length;
      line = lines().at(-1).cloneNode(true);
      for (const field of line.querySelectorAll("[name], [id], [for]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          if (field.hasAttribute(name)) field.setAttribute(name, field.getAttribute(name).replace(/-\d+-/, `-${number}-`));
        }
        field.removeAttribute("aria-invalid");
        if (field.matches("input, select")) field.value = "";
      }
      for (const label of line.querySelectorAll("label")) label.textContent = label.textContent.replace(/\d+$/, number + 1);
      line.querySelectorAll(".field__error").forEach((error) => error.remove());
      more.before(line);
      total.value = number + 1;
    }
    line.hidden = false;
    full();
    line.querySelector("select, input").focus();
  });
}

function offerPosition(form, part) {
  const button = part.querySelector("button");
  const status = part.querySelector("[role=status]");
  const { latitude, longitude, accuracy_m: accuracy } = form.elements;
  part.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6);
        longitude.value = coords.longitude.toFixed(6);
        accuracy.value = Math.round(coords.accuracy);
        status.textContent = part.dataset.taken.replace("{m}", accuracy.value);
        button.disabled = false;
      },
      () => {
        status.textContent = part.dataset.refused;
        button.disabled = false;
      },
      { enableHighAccuracy: false, timeout: 10000, maximumAge: 60000 },
    );
  });
}

function tell(when, text) {
  const box = document.getElementById("not-sent");
  for (const each of box.children) each.hidden = each.dataset.when !== when;
  if (text) box.querySelector("[data-when=refused]").textContent = text;
  box.hidden = false;
  box.focus();
}

/* After a new sign-in the old token is worth nothing: take a new one, and only as the same person. */
async function renew(form) {
  const answer = await fetch(form.action, { credentials: "same-origin" }).catch(() => null);
  if (!answer || answer.status >= 500) return "away";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("visit-form");
  if (!fresh) return page.querySelector("input[type=password]") ? "signed-out" : "other-person";
  if (fresh.dataset.staff !== form.dataset.staff) return "other-person";
  const token = fresh.elements.csrfmiddlewaretoken.value;
  form.elements.csrfmiddlewaretoken.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  stale = false;
  return "";
}

/* Signed in again meanwhile: the same visit goes out once more with the new token. */
async function resend(form) {
  const trouble = await renew(form);
  if (trouble) return tell(trouble);
  again = true;
  form.requestSubmit();
}

function wire(form) {
  if ("fresh" in form.dataset) form.elements.id.value = newId();
  const quick = document.getElementById("quick-days");
  quick.hidden = false;
  quick.addEventListener("click", (event) => {
    const button = event.target.closest("[data-day]");
    if (!button) return;
    form.elements.next_on.value = button.dataset.day;
    dirty = true;
  });
  quick.querySelectorAll("button").forEach((button, place) => button.append(" ", Object.assign(document.createElement("kbd"), { textContent: place + 7 })));
  for (const group of form.querySelectorAll("[data-keys]")) {
    group.querySelectorAll("label:has(input)").forEach((label, place) => label.append(Object.assign(document.createElement("kbd"), { textContent: group.dataset.keys[place] })));
  }
  document.getElementById("keys").hidden = false;
  form.querySelectorAll(".lines").forEach(grow);
  form.addEventListener("input", () => { dirty = true; });
  // a product chosen was offered at least
  form.addEventListener("change", ({ target }) => {
    const result = /^offers-\d+-product$/.test(target.name) && form.elements[target.name.replace("product", "result")];
    if (result && target.value && !result.value) result.value = "offered";
  });
  const position = document.getElementById("position");
  if (window.isSecureContext && navigator.geolocation) offerPosition(form, position);
  const wrong = form.querySelector("[aria-invalid=true]");
  (wrong ?? form.querySelector("[name=reason]") ?? form.querySelector("input[name=customer]:checked"))?.focus();
}

document.addEventListener("keydown", (event) => {
  const form = current();
  if (form && !event.repeat && (shortcut(form, event) || (form.contains(event.target) && onward(form, event)))) event.preventDefault();
});
window.addEventListener("beforeunload", (event) => {
  if (dirty && current()) event.preventDefault();
});

const ours = (event) => event.detail.elt === current();
document.addEventListener("htmx:confirm", (event) => {
  if (!ours(event) || !stale) return;
  event.preventDefault();
  renew(current()).then((trouble) => (trouble ? tell(trouble) : event.detail.issueRequest()));
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!ours(event)) return;
  const { status, responseText } = event.detail.xhr;
  const first = !again;
  again = false;
  if (status < 400) {
    dirty = false;
    return;
  }
  if (status === 422) return;
  event.preventDefault(); // the form stays; its page says what went wrong
  if (status === 401) {
    stale = true;
    return tell("signed-out");
  }
  if (status >= 500) return tell("away");
  if (status === 403 && first) return void resend(current());
  const stop = new DOMParser().parseFromString(responseText, "text/html").querySelector(".stop");
  tell("refused", [...(stop?.querySelectorAll("h1, p:not(.actions, .stop__code)") ?? [])].map((part) => part.textContent).join(" "));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => ours(event) && tell("away"));
}
document.addEventListener("htmx:afterSettle", () => {
  const form = current();
  if (form && !form.dataset.wired) start(form);
});

function start(form) {
  form.dataset.wired = "yes";
  wire(form);
}
if (current()) start(current());
