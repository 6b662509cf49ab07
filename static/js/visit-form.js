// The visit form without a mouse: shortcuts, quick days, an id of its own, the position on demand.
const form = document.getElementById("visit-form");

const newId = () => {
  // randomUUID is absent on plain http
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const choose = (name, place) => {
  const choice = form.querySelectorAll(`input[type=radio][name=${name}]`)[place];
  if (choice) {
    choice.checked = true;
    choice.focus();
  }
  return Boolean(choice);
};

const shortcut = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit() ?? true;
  if (!event.altKey || event.ctrlKey || event.metaKey) return false;
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (digit) return choose("mode", Number(digit[1]) - 1);
  if (event.code === "KeyY") return choose("met", 0);
  if (event.code === "KeyN") return choose("met", 1);
  return false;
};

const offerPosition = (part) => {
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
};

if (form) {
  if ("fresh" in form.dataset) form.elements.id.value = newId();
  const quick = document.getElementById("quick-days");
  quick.hidden = false;
  quick.addEventListener("click", (event) => {
    if (event.target.dataset.day) form.elements.next_on.value = event.target.dataset.day;
  });
  document.getElementById("keys").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (shortcut(event)) event.preventDefault();
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  const wrong = form.querySelector("[aria-invalid=true]");
  (wrong ?? form.querySelector("[name=reason]") ?? form.querySelector("input[name=customer]:checked"))?.focus();
  const position = document.getElementById("position");
  if (window.isSecureContext && navigator.geolocation) offerPosition(position);
}
