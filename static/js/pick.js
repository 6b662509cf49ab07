/* A menu that is typed into: by sounds, by their initials or by the word itself. The menu stays in the form and holds
   what is chosen; without this file it is used as it is. A combobox as ARIA describes it; lines of a form are copied
   with their boxes, so that nothing is kept but in the page. */

const MENU = "select[data-pick]";
const BOX = ".pick";
const SHOWN = 8;

const boxOf = (element) => element.closest?.(BOX);
const menuOf = (box) => box.querySelector("select");
const inputOf = (box) => box.querySelector("[role=combobox]");
const listOf = (box) => box.querySelector("[role=listbox]");
const isOpen = (box) => !listOf(box).hidden;
const plain = (text) => text.normalize("NFKC").replace(/[\s'’·]/g, "").toLowerCase();
const words = (option) => option.textContent.trim().split(" · ");
const chosen = (menu) => (menu.value ? words(menu.selectedOptions[0])[0] : "");

/* Whether the signs stand in a text in this order, others between them. */
function scattered(text, signs) {
  let at = -1;
  return [...signs].every((sign) => (at = text.indexOf(sign, at + 1)) >= 0);
}

/* How well an option answers what was typed, 0 best; -1 not at all. */
function rank(option, typed) {
  if (!typed) return 0;
  const keys = (option.dataset.keys ?? "").split(" ");
  const label = plain(option.textContent);
  if (label.startsWith(typed) || keys.includes(typed)) return 0;
  if (keys.some((key) => key.startsWith(typed))) return 1;
  if (label.includes(typed) || keys.some((key) => key.includes(typed))) return 2;
  return keys.some((key) => key.length < 12 && key[0] === typed[0] && scattered(key, typed)) ? 3 : -1;
}

function found(menu, typed) {
  const ranked = [...menu.options].filter((each) => each.value).map((each) => [rank(each, typed), each]);
  return ranked.filter(([how]) => how >= 0).sort(([one], [two]) => one - two).map(([, each]) => each);
}

function mark(box, place) {
  const input = inputOf(box);
  const items = [...listOf(box).querySelectorAll("[role=option]")];
  items.forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
  const item = items[place];
  if (item) input.setAttribute("aria-activedescendant", item.id);
  else input.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

const marked = (box) => [...listOf(box).children].findIndex((item) => item.getAttribute("aria-selected") === "true");

function close(box) {
  const [input, list] = [inputOf(box), listOf(box)];
  list.hidden = true;
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function open(box, typed) {
  const [input, list, menu] = [inputOf(box), listOf(box), menuOf(box)];
  const options = found(menu, plain(typed));
  const shown = typed ? options.slice(0, SHOWN) : options;
  list.id = `${input.id}_list`;
  input.setAttribute("aria-controls", list.id);
  list.replaceChildren(...shown.map((option, number) => {
    const item = document.createElement("li");
    item.id = `${list.id}_${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.value = option.value;
    const [word, ...notes] = words(option);
    item.append(word);
    const group = option.parentElement.matches("optgroup[label]") ? option.parentElement.label : "";
    const note = Object.assign(document.createElement("span"), {
      className: "pick__note", textContent: [...notes, group].filter(Boolean).join(" · "),
    });
    if (note.textContent) item.append(note);
    return item;
  }));
  list.hidden = !shown.length;
  input.setAttribute("aria-expanded", String(shown.length > 0));
  if (shown.length) mark(box, 0);
}

function choose(box, value) {
  const [menu, input] = [menuOf(box), inputOf(box)];
  const other = menu.value !== value;
  menu.value = value;
  input.value = chosen(menu);
  close(box);
  if (other) menu.dispatchEvent(new Event("change", { bubbles: true }));
}

const chooseMarked = (box) => {
  const item = listOf(box).children[marked(box)];
  if (item) choose(box, item.dataset.value);
};

/* What was typed and not chosen is no choice: an emptied box chooses nothing, anything else shows what stood. */
function leave(box) {
  const [menu, input] = [menuOf(box), inputOf(box)];
  if (!input.value.trim() && menu.value) choose(box, "");
  input.value = chosen(menu);
  close(box);
}

// before whoever lets Enter lead on: a choice is made first
document.addEventListener("keydown", (event) => {
  const box = boxOf(event.target);
  if (!box || event.isComposing || event.target !== inputOf(box)) return;
  const items = listOf(box).children.length;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen(box)) return open(box, "");
    mark(box, (marked(box) + (event.key === "ArrowDown" ? 1 : items - 1)) % items);
  } else if (event.key === "Enter" && isOpen(box) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    chooseMarked(box);
  } else if (event.key === "Tab" && isOpen(box) && event.target.value.trim()) chooseMarked(box);
  else if (event.key === "Escape" && (isOpen(box) || event.target.value !== chosen(menuOf(box)))) {
    event.preventDefault();
    event.target.value = chosen(menuOf(box));
    close(box);
  }
}, true);

document.addEventListener("input", (event) => {
  const box = boxOf(event.target);
  if (box && event.target === inputOf(box)) open(box, event.target.value);
});
document.addEventListener("focusin", (event) => {
  const box = boxOf(event.target);
  if (box && event.target === inputOf(box)) event.target.select();
});
document.addEventListener("focusout", (event) => {
  const box = boxOf(event.target);
  if (box && !box.contains(event.relatedTarget)) leave(box);
});
document.addEventListener("mousedown", (event) => {
  const box = boxOf(event.target);
  const item = box && event.target.closest("[role=option]");
  if (!item) return;
  // the box keeps the focus
  event.preventDefault();
  choose(box, item.dataset.value);
});
document.addEventListener("click", (event) => {
  const box = boxOf(event.target);
  if (box && event.target === inputOf(box) && !isOpen(box)) open(box, "");
});

function furnish(menu) {
  const box = document.createElement("span");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const begins = menu.autofocus || document.activeElement === menu;
  box.className = "pick";
  input.type = "text";
  input.autocomplete = "off";
  input.placeholder = menu.options[0]?.value ? "" : menu.options[0]?.textContent.trim() ?? "";
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
  })) input.setAttribute(name, value);
  for (const name of ["id", "aria-describedby", "aria-invalid", "aria-label"]) {
    const value = menu.getAttribute(name);
    if (value !== null) input.setAttribute(name, value);
    menu.removeAttribute(name);
  }
  if (menu.required) {
    input.setAttribute("aria-required", "true");
    menu.required = false;
  }
  menu.removeAttribute("autofocus");
  list.className = "pick__list";
  list.setAttribute("role", "listbox");
  const label = input.id && document.querySelector(`label[for="${input.id}"]`);
  if (label) list.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  list.hidden = true;
  menu.replaceWith(box);
  box.append(input, menu, list);
  menu.hidden = true;
  input.value = chosen(menu);
  if (begins || input.getAttribute("aria-invalid") && !document.querySelector(":focus[aria-invalid]")) input.focus();
}

const furnishAll = () => document.querySelectorAll(MENU).forEach((menu) => boxOf(menu) || furnish(menu));
document.addEventListener("htmx:afterSettle", furnishAll);
furnishAll();
