/* The visit form without a mouse: keys, quick days, lines on demand, an id of its own, the position on demand.
   steady-form.js sends it. */

const newId = () => {
  // randomUUID is absent on plain http
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const current = () => document.getElementById("visit-form");
const changed = (form) => form.dispatchEvent(new Event("input", { bubbles: true }));

function choose(form, name, place) {
  const choice = form.querySelectorAll(`input[type=radio][name=${name}]`)[place];
  if (!choice) return false;
  choice.checked = true;
  choice.focus();
  changed(form);
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
    if (!field.matches("input:not([type=hidden], [tabindex='-1']), select, textarea, .button--primary")) return false;
    if (field.offsetParent === null) return false;
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
  const blank = (line) => [...line.querySelectorAll("select, input")].every((field) => !field.value);
  const empty = (line) => !line.querySelector("[aria-invalid=true]") && blank(line);
  const more = part.querySelector(".lines__more");
  const total = part.form.elements[`${part.id}-TOTAL_FORMS`];
  let shown = false;
  for (const line of lines()) {
    line.hidden = empty(line) && shown;
    shown ||= empty(line);
  }
  const full = () => {
    more.hidden = lines().length >= Number(part.dataset.most) && !lines().some((line) => line.hidden);
  };
  full();
  more.addEventListener("click", () => {
    let line = lines().find((each) => each.hidden);
    if (!line) {
      const number = lines().length;
      line = lines().at(-1).cloneNode(true);
      for (const field of line.querySelectorAll("[name], [id], [for]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = field.getAttribute(name);
          if (value !== null) field.setAttribute(name, value.replace(/-\d+-/, `-${number}-`));
        }
        field.removeAttribute("aria-invalid");
        if (field.matches("input, select")) field.value = "";
      }
      for (const label of line.querySelectorAll("label")) {
        label.textContent = label.textContent.replace(/\d+$/, number + 1);
      }
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

function key(textContent) {
  return Object.assign(document.createElement("kbd"), { textContent });
}

function wire(form) {
  if ("fresh" in form.dataset) form.elements.id.value = newId();
  const quick = document.getElementById("quick-days");
  quick.hidden = false;
  quick.addEventListener("click", (event) => {
    const button = event.target.closest("[data-day]");
    if (!button) return;
    form.elements.next_on.value = button.dataset.day;
    form.elements.next_on.dispatchEvent(new Event("change", { bubbles: true }));
    changed(form);
  });
  quick.querySelectorAll("button").forEach((button, place) => button.append(" ", key(place + 7)));
  for (const group of form.querySelectorAll("[data-keys]")) {
    const labels = group.querySelectorAll("label:has(input)");
    labels.forEach((label, place) => label.append(key(group.dataset.keys[place])));
  }
  document.getElementById("keys").hidden = false;
  form.querySelectorAll(".lines").forEach(grow);
  // a product chosen was offered at least
  form.addEventListener("change", ({ target }) => {
    const result = /^offers-\d+-product$/.test(target.name) && form.elements[target.name.replace("product", "result")];
    if (result && target.value && !result.value) result.value = "offered";
  });
  const position = document.getElementById("position");
  if (window.isSecureContext && navigator.geolocation) offerPosition(form, position);
  if (form.querySelector("[aria-invalid=true]")) return;
  (form.elements.reason ?? form.querySelector("input[name=customer]:checked"))?.focus();
}

document.addEventListener("keydown", (event) => {
  const form = current();
  if (!form || event.repeat) return;
  if (shortcut(form, event) || (form.contains(event.target) && onward(form, event))) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", () => {
  const form = current();
  if (form && !form.dataset.wired) start(form);
});

function start(form) {
  form.dataset.wired = "yes";
  wire(form);
}
if (current()) start(current());
