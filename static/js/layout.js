/* The list of a draft by keyboard: arrows move, space ticks, Shift ticks on, A ticks all shown, G goes to the grid,
   Ctrl+Z undoes. Typing in the search narrows what is shown, by words, sounds or initials; Enter asks the server.
   Without this file every box and button works as it stands. */

const LIST = "[data-layout]";
const boxes = (list) => [...list.querySelectorAll("tbody input[name=places]")];
const shown = (list) => boxes(list).filter((box) => !box.closest("tr").hidden);
const plain = (text) => text.normalize("NFKC").replace(/[\s'’·]/g, "").toLowerCase();

function count(list) {
  const said = list.querySelector("[data-ticked]");
  if (!said) return;
  const ticked = boxes(list).filter((box) => box.checked);
  const homes = ticked.reduce((sum, box) => sum + Number(box.dataset.homes), 0);
  said.textContent = ticked.length ? `${ticked.length} · ${homes}` : "";
}

function narrow(list, typed) {
  const wanted = plain(typed);
  for (const row of list.querySelectorAll("tbody tr[data-name]")) {
    const keys = (row.dataset.keys ?? "").split(" ");
    const fits = !wanted || plain(row.dataset.name).includes(wanted) || keys.some((key) => key.includes(wanted));
    row.hidden = !fits && !row.querySelector("input:checked");
  }
}

function step(list, box, by, ticks) {
  const all = shown(list);
  const next = all[all.indexOf(box) + by];
  if (!next) return;
  if (ticks) next.checked = box.checked;
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
  count(list);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey && !typing) {
    const back = document.querySelector("#layout-back button");
    if (back) {
      event.preventDefault();
      back.click();
    }
    return;
  }
  const list = event.target.closest?.(LIST);
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("[data-find]") && event.key === "ArrowDown") {
    event.preventDefault();
    shown(list)[0]?.focus();
    return;
  }
  if (!event.target.matches("input[name=places]")) return;
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move) {
    event.preventDefault();
    step(list, event.target, move, event.shiftKey);
  } else if (event.key.toLowerCase() === "a") {
    event.preventDefault();
    const all = shown(list);
    const on = all.some((box) => !box.checked);
    for (const box of all) box.checked = on;
    count(list);
  } else if (event.key.toLowerCase() === "g") {
    event.preventDefault();
    (list.querySelector(".layout-bar [role=combobox]") ?? list.querySelector(".layout-bar select"))?.focus();
  } else if (event.key === "Enter") {
    // a form's first button would be pressed by Enter in a box
    event.preventDefault();
  }
});

document.addEventListener("input", (event) => {
  const list = event.target.closest?.(LIST);
  if (list && event.target.matches("[data-find]")) narrow(list, event.target.value);
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.(LIST);
  if (list && event.target.matches("input[name=places]")) count(list);
});
