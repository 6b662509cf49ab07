// A whole ID or phone number must not travel in an address: it goes to the closed form instead.
const filter = document.getElementById("list-filter");
const closed = document.getElementById("number-search");
const box = filter?.elements.q;

const isPrivate = (text) => {
  const packed = text.normalize("NFKC").replace(/[\s\-+]/g, "");
  return /^[0-9]{11,}[xX]?$/.test(packed);
};

if (filter && closed && box) {
  const divert = (event) => {
    if (!isPrivate(box.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    closed.elements.number.value = box.value;
    box.value = "";
    closed.requestSubmit();
  };
  // Capture: before htmx hears of it. The keyboard comes first: the browser would refuse the pattern.
  filter.addEventListener("submit", divert, true);
  filter.addEventListener("change", divert, true);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") divert(event);
  });
}
