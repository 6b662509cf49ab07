// The key / leads to the search box and ? to the help, from anywhere but a field that is being typed into.
const writes = (element) => element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
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
