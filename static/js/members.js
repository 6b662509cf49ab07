/* Several people in one table: Enter goes to the next row, a digit chooses in a list, what was copied in Excel fills
   cells. Without this file the table has plain rows and a button for more of them. */

const SHEET = "[data-members]";
const CELL = "tbody :is(input, select)";

const rowsOf = (sheet) => [...sheet.querySelectorAll("[data-row]")];
const cellsOf = (row) => [...row.querySelectorAll("td :is(input:not([type=hidden]), select)")];
const columnOf = (cell) => /-\d+-(\w+)$/.exec(cell.name)?.[1];
const cellIn = (row, column) => row.querySelector(`[name$="-${column}"]`);
const isBlank = (row) => cellsOf(row).every((cell) => !cell.value || cell.value === cell.dataset.first);
const plain = (text) => text.normalize("NFKC").replace(/\s/g, "").toLowerCase();

/* An attribute that holds a row's number, for another row. */
function renumber(row, number) {
  for (const each of row.querySelectorAll("[name], [id], [for]")) {
    for (const name of ["name", "id", "for"]) {
      const value = each.getAttribute(name);
      if (value !== null) each.setAttribute(name, value.replace(/-\d+-/, `-${number}-`));
    }
  }
  row.querySelector("th").textContent = number + 1;
  for (const said of row.querySelectorAll("td > label > span")) said.textContent = ` ${number + 1}`;
}

/* One more row: the next that is hidden, or a copy of the last one, emptied. */
function grow(sheet) {
  const rows = rowsOf(sheet);
  const waiting = rows.find((row) => row.hidden);
  if (waiting) {
    waiting.hidden = false;
    return waiting;
  }
  if (rows.length >= Number(sheet.dataset.most)) return null;
  const row = rows.at(-1).cloneNode(true);
  row.querySelectorAll("[id$=_error], .field__error, .twins").forEach((each) => each.remove());
  renumber(row, rows.length);
  for (const cell of cellsOf(row)) {
    cell.value = "";
    for (const name of ["aria-invalid", "aria-describedby", "data-first", "autofocus"]) cell.removeAttribute(name);
  }
  rows.at(-1).parentElement.append(row);
  sheet.querySelector("[name$=TOTAL_FORMS]").value = rows.length + 1;
  nameGuardians(sheet);
  return row;
}

/* Who may be a guardian is called by row and name, as the names are typed. */
function nameGuardians(sheet) {
  const rows = rowsOf(sheet);
  rows.forEach((row, here) => {
    const list = cellIn(row, "guardian");
    rows.forEach((other, place) => {
      const value = String(place);
      let option = [...list.options].find((each) => each.value === value);
      if (place === here) return option?.remove();
      if (!option) {
        option = new Option("", value);
        list.append(option);
      }
      option.textContent = `${place + 1} ${cellIn(other, "name").value}`.trim();
      option.hidden = !cellIn(other, "name").value && !option.selected;
    });
  });
}

/* Say in each list which digit chooses what; of a guardian the number is his row's. */
function number(sheet) {
  for (const list of sheet.querySelectorAll("tbody select")) {
    if (columnOf(list) === "guardian") continue;
    [...list.options].forEach((option, place) => {
      option.dataset.word ??= option.textContent.trim();
      if (option.value && place < 10) option.textContent = `${place} ${option.dataset.word}`;
    });
  }
}

function choose(list, digit) {
  const options = [...list.options];
  const found = columnOf(list) === "guardian"
    ? options.find((each) => !each.hidden && each.textContent.startsWith(`${digit} `))
    : options[digit];
  if (!found) return;
  list.value = found.value;
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Into a cell goes what was pasted; into a list only what it offers. Says whether it went in. */
function put(cell, text) {
  const value = text.trim();
  if (cell.matches("input")) {
    cell.value = value;
    return true;
  }
  const wanted = plain(value);
  const option = [...cell.options].find((each) => {
    const word = plain((each.dataset.word ?? each.textContent).replace(/^\d+ /, ""));
    return each.value && (word === wanted || each.value === wanted);
  });
  if (option) cell.value = option.value;
  return !wanted || Boolean(option);
}

/* Rows and cells of what Excel or WPS put on the clipboard: a cell with a break or a tab in it stands in quotes. */
function read(text) {
  const table = [[""]];
  let quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    const row = table.at(-1);
    if (quoted && sign === '"' && clean[at + 1] === '"') {
      row[row.length - 1] += sign;
      at += 1;
    } else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) table.push([""]);
    else row[row.length - 1] += sign;
  }
  return table;
}

/* Which column each pasted one goes to: by its head when the first row holds heads, else from the cell on. */
function columnsFor(sheet, first, cell) {
  const known = new Map();
  for (const head of sheet.querySelectorAll("[data-column]")) {
    const words = [head.textContent.replace("*", ""), ...head.dataset.called.split("|")];
    for (const word of words) known.set(plain(word), head.dataset.column);
  }
  const named = first.map((text) => known.get(plain(text).replace("*", "")));
  if (named.filter(Boolean).length > 1) return { columns: named, heads: true };
  const all = [...sheet.querySelectorAll("[data-column]")].map((head) => head.dataset.column);
  return { columns: all.slice(all.indexOf(columnOf(cell))), heads: false };
}
function paste(sheet, cell, text) {
  const table = read(text);
  const { columns, heads } = columnsFor(sheet, table[0], cell);
  let row = cell.closest("[data-row]");
  const left = [];
  const wards = [];
  for (const values of heads ? table.slice(1) : table) {
    if (!row) {
      left.push(values.join(" "));
      continue;
    }
    row.hidden = false;
    values.forEach((value, place) => {
      const target = columns[place] && cellIn(row, columns[place]);
      if (!target || !value.trim()) return;
      // of a number and a date of birth the number says more
      if (columns[place] === "identity" && target.value.length > 10 && value.trim().length <= 10) return;
      if (columns[place] === "guardian") wards.push([target, value]);
      else if (!put(target, value)) left.push(value.trim());
    });
    const rows = rowsOf(sheet);
    row = rows[rows.indexOf(row) + 1] ?? grow(sheet);
  }
  nameGuardians(sheet);
  for (const [target, value] of wards) if (!put(target, value)) left.push(value.trim());
  const told = sheet.querySelector("[data-members-told]");
  told.textContent = left.length ? `${told.dataset.left} ${left.join(" · ")}` : "";
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Enter leads to the next row's first cell; from a row in which nobody stands, out of the table. */
function onward(sheet, cell) {
  const rows = rowsOf(sheet).filter((row) => !row.hidden);
  const row = cell.closest("[data-row]");
  const next = rows[rows.indexOf(row) + 1];
  if (!isBlank(row)) return cellsOf(next ?? grow(sheet) ?? row)[0].focus();
  const after = [...sheet.closest("form").elements].filter((each) => each.matches(
    "input:not([type=hidden], [tabindex='-1']), select, textarea, .button--primary",
  ) && each.offsetParent && !sheet.contains(each));
  after[0]?.focus();
}

function step(sheet, cell, by) {
  const rows = rowsOf(sheet).filter((row) => !row.hidden);
  const row = rows[rows.indexOf(cell.closest("[data-row]")) + by];
  if (row) cellIn(row, columnOf(cell)).focus();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form");
  const sheet = event.target.closest?.(SHEET);
  if (event.isComposing || event.altKey) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form?.querySelector(SHEET)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".button--primary"));
  }
  if (!sheet || !event.target.matches(CELL) || event.ctrlKey || event.metaKey) return;
  const cell = event.target;
  const isList = cell.matches("select");
  if (event.key === "Enter" && cell.type !== "radio") onward(sheet, cell);
  else if (/^[1-9]$/.test(event.key) && isList) choose(cell, Number(event.key));
  else if (event.key === "ArrowDown" && !isList && cell.type !== "radio") step(sheet, cell, 1);
  else if (event.key === "ArrowUp" && !isList && cell.type !== "radio") step(sheet, cell, -1);
  else return;
  event.preventDefault();
});

document.addEventListener("paste", (event) => {
  const sheet = event.target.closest?.(SHEET);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!sheet || !event.target.matches(CELL) || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  paste(sheet, event.target, text);
});

document.addEventListener("input", (event) => {
  const sheet = event.target.closest?.(SHEET);
  if (sheet && columnOf(event.target) === "name") nameGuardians(sheet);
});

function start(sheet) {
  sheet.dataset.wired = "yes";
  // what stands there from the start, such as the head's relation, is nobody yet
  for (const list of sheet.querySelectorAll("tbody select")) {
    const first = [...list.options].find((each) => each.defaultSelected);
    if (first && !list.closest("tr").querySelector("input[value]:not([value=''])")) list.dataset.first = first.value;
  }
  number(sheet);
  nameGuardians(sheet);
  // a phone shows one blank block at a time
  if (matchMedia("(width < 60rem)").matches) {
    rowsOf(sheet).filter(isBlank).slice(1).forEach((row) => { row.hidden = true; });
  }
  sheet.querySelector("[data-members-keys]").hidden = false;
  sheet.closest("form").querySelector("[data-plain-more]").hidden = true;
  const more = sheet.querySelector("[data-members-more]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const row = grow(sheet);
    if (row) cellsOf(row)[0].focus();
    else more.hidden = true;
  });
}

const startAll = () => document.querySelectorAll(`${SHEET}:not([data-wired])`).forEach(start);
document.addEventListener("htmx:afterSettle", startAll);
startAll();
