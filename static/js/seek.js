// The key / leads to the search box, ? to the help and a letter to what names it (data-key), from anywhere but a field
// that is being typed into; Escape leaves the menu on top.
const writes = (element) => element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

function leave(event) {
  const menu = event.target.closest?.(".topbar__menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  leave(event);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !writes(event.target);
  if (plain && /^[a-z]$/i.test(event.key)) document.querySelector(`[data-key="${event.key.toLowerCase()}"]`)?.click();
  if (event.key === "?" && !writes(event.target)) document.querySelector("[data-help]")?.click();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (writes(event.target)) return;
  const boxes = [...document.querySelectorAll("[data-seek]")];
  const seen = boxes.find((box) => box.checkVisibility());
  const box = seen ?? boxes[boxes.length - 1];
  if (!box) return;
  event.preventDefault();
  const sheet = box.closest("details");
  if (!seen && sheet) sheet.open = true;
  box.focus();
  box.select();
});
