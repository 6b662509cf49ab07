/* A line above a frame of boxes: what is typed leaves those in sight that answer it, by name, sound or number.
   Without this file the frame is read from its top. */

const plain = (text) => text.normalize("NFKC").replace(/\s/g, "").toLowerCase();

function answers(label, typed) {
  const keys = label.dataset.keys.split(" ");
  return plain(label.textContent).includes(typed) || keys.some((key) => key.includes(typed));
}

for (const frame of document.querySelectorAll("[data-ticks]")) {
  const line = document.createElement("input");
  line.type = "search";
  line.placeholder = frame.dataset.find;
  line.setAttribute("aria-label", frame.dataset.find);
  line.autocomplete = "off";
  const shown = () => [...frame.querySelectorAll(".ticks__one")].filter((label) => !label.hidden);
  line.addEventListener("input", () => {
    const typed = plain(line.value);
    for (const label of frame.querySelectorAll(".ticks__one")) {
      label.hidden = !answers(label, typed) && !label.querySelector("input").checked;
    }
  });
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // the next key is for the boxes, never for the whole form
    event.preventDefault();
    const open = shown().map((label) => label.querySelector("input")).filter((box) => !box.checked);
    if (line.value && open.length) open[0].checked = true;
    line.select();
  });
  frame.before(line);
}
