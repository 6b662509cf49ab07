// A day typed in a few keys is shown whole, with its weekday; the browser's own picker stands beside it.
const FIELD = "input[data-typed-day]";
const DAY = 86_400_000;

const write = (day) => day.toISOString().slice(0, 10);
const made = (year, month, day) => {
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === Number(day) ? found : null;
};

/* The same reading as the server's (gridbank/days.py): what this one doesn't know, that one says. */
function read(text) {
  const plain = text.normalize("NFKC").replace(/\s/g, "");
  const now = new Date();
  const today = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
  if (/^[+-]\d{1,4}$/.test(plain)) return new Date(today.getTime() + Number(plain) * DAY);
  const whole = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})$/.exec(plain);
  if (whole && (plain.length === 8 || /\D/.test(plain))) return made(whole[1], whole[2], whole[3]);
  const short = /^(\d{1,2})[-/.](\d{1,2})$|^(\d{2})(\d{2})$/.exec(plain);
  if (!short) return null;
  const [month, day] = [short[1] ?? short[3], short[2] ?? short[4]];
  const year = today.getUTCFullYear();
  const near = [year, year + 1, year - 1].map((each) => made(each, month, day)).filter(Boolean);
  return near.sort((one, two) => Math.abs(one - today) - Math.abs(two - today))[0] ?? null;
}

function show(field) {
  const day = field.value ? read(field.value) : null;
  if (day && field.value !== write(day)) {
    field.value = write(day);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const said = field.parentElement.querySelector(".day__week");
  const words = { weekday: "short", timeZone: "UTC" };
  if (said) said.textContent = day ? day.toLocaleDateString(document.documentElement.lang, words) : "";
}

function furnish(field) {
  if (field.parentElement.classList.contains("day")) return;
  const frame = document.createElement("span");
  const week = document.createElement("span");
  const picker = document.createElement("input");
  frame.className = "day";
  week.className = "day__week";
  picker.className = "day__picker";
  picker.type = "date";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  field.replaceWith(frame);
  frame.append(field, week, picker);
  picker.addEventListener("change", () => {
    field.value = picker.value;
    show(field);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  frame.addEventListener("focusin", () => {
    const day = field.value ? read(field.value) : null;
    picker.value = day ? write(day) : "";
  });
  show(field);
}

const furnishAll = () => document.querySelectorAll(FIELD).forEach(furnish);
document.addEventListener("change", (event) => {
  if (event.target.matches?.(FIELD)) show(event.target);
}, true);
document.addEventListener("htmx:afterSettle", furnishAll);
furnishAll();
