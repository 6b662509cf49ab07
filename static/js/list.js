// A list: the whole row opens, all rows of a page are ticked at once, the bar says how many, paper on one press.
const table = document.querySelector(".sheet__table");
const OWN = "a, button, input, label, summary, details, select, textarea";

table?.addEventListener("click", (event) => {
  if (event.target.closest(OWN) || String(getSelection())) return;
  const link = event.target.closest("tbody tr")?.querySelector("th a");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
  else link.click();
});

const ticks = [...(table?.querySelectorAll("tbody .cell--tick input") ?? [])];
const all = table?.querySelector("[data-all]");
const told = document.querySelector("[data-ticked]");
const bar = document.querySelector("[data-bar]");

const count = () => {
  const found = ticks.filter((each) => each.checked).length;
  for (const each of ticks) each.closest("tr").classList.toggle("is-ticked", each.checked);
  if (all) {
    all.checked = found > 0 && found === ticks.length;
    all.indeterminate = found > 0 && found < ticks.length;
  }
  if (told) told.textContent = String(found);
  if (bar) bar.hidden = !found;
};

if (ticks.length && all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const each of ticks) each.checked = all.checked;
    count();
  });
  table.addEventListener("change", count);
  count();
}

// a menu closes when the hand goes elsewhere, or by Escape
const menus = document.querySelectorAll(".sheet__menu");
document.addEventListener("click", (event) => {
  for (const each of menus) if (!each.contains(event.target)) each.open = false;
});
for (const each of menus) {
  each.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !each.open) return;
    each.open = false;
    each.querySelector("summary").focus();
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
