/* Draws every <div class="map" data-url="…"> of the page. Words come with the data, none stand here.
   Whatever somebody typed reaches the page by textContent only. */

const { L } = window;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function address(box, extra) {
  const url = new URL(box.dataset.url, window.location.href);
  for (const name of ["measure", "level", "grid"]) {
    if (box.dataset[name]) url.searchParams.set(name, box.dataset[name]);
  }
  for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
  return url;
}

async function load(box, extra = {}) {
  const answer = await fetch(address(box, extra), { headers: { Accept: "application/geo+json" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.json();
}

function card(feature, data) {
  const { name, value, lead, households } = feature.properties;
  const box = element("div", "map-popup");
  box.append(element("strong", "", name), element("span", "", `${data.texts.measure}: ${value}`));
  box.append(element("span", "", lead ? `${data.texts.lead}: ${lead}` : data.texts.vacant));
  if (households !== null) box.append(element("span", "", `${data.texts.households}: ${households}`));
  const link = element("a", "", data.texts.open);
  link.href = data.detail.replace("/0/", `/${feature.id}/`);
  box.append(link);
  return box;
}

function rowsOf(box) {
  const list = box.dataset.list && document.getElementById(box.dataset.list);
  const rows = new Map();
  for (const row of list ? list.querySelectorAll("[data-grid]") : []) rows.set(Number(row.dataset.grid), row);
  return { list, rows };
}

/* Show a row inside its own scrolling box, never scroll the page. */
function reveal(row) {
  const frame = row.closest(".table-wrap");
  if (!frame || frame.scrollHeight <= frame.clientHeight) return;
  const [outer, inner] = [frame.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inner.top < outer.top + 40 || inner.bottom > outer.bottom) frame.scrollTop += inner.top - outer.top - frame.clientHeight / 2;
}

/* Few grids on a wide map bear their names; the names then come before the service points. */
function isNamed(box, data) {
  return data.features.length <= 25 && box.clientWidth > 500;
}

function shapes(map, box, data) {
  const { list, rows } = rowsOf(box);
  const byGrid = new Map();
  let marked = null;
  function mark(id, fromMap) {
    if (marked === id) return;
    if (marked !== null) {
      byGrid.get(marked)?.getElement()?.classList.remove("is-current");
      rows.get(marked)?.classList.remove("is-current");
    }
    marked = id;
    if (id === null) return;
    const layer = byGrid.get(id);
    layer?.getElement()?.classList.add("is-current");
    layer?.bringToFront();
    rows.get(id)?.classList.add("is-current");
    if (fromMap && rows.has(id)) reveal(rows.get(id));
  }
  const named = isNamed(box, data);
  const layer = L.geoJSON(data, {
    style: ({ properties }) => ({
      className: `map-${properties.band ?? "none"}${properties.focus ? " is-focus" : ""}`,
      weight: 1,
      fillOpacity: 1,
    }),
    onEachFeature(feature, shape) {
      byGrid.set(feature.id, shape);
      const label = element("span", "", named ? feature.properties.name : `${feature.properties.name} · ${feature.properties.value}`);
      shape.bindTooltip(label, named ? { permanent: true, direction: "center", className: "map-label" } : { sticky: true });
      shape.bindPopup(() => card(feature, data), { maxWidth: 260, autoPanPadding: [12, 12] });
      shape.on({ mouseover: () => mark(feature.id, true), mouseout: () => mark(null), click: () => mark(feature.id, true) });
    },
  }).addTo(map);
  layer.eachLayer((shape) => shape.feature.properties.focus && shape.bringToFront());
  if (list) {
    const of = (event) => event.target.closest("[data-grid]");
    const listen = (name, act) => list.addEventListener(name, (event) => of(event) && act(Number(of(event).dataset.grid), event));
    listen("mouseover", (id) => mark(id));
    listen("focusin", (id) => mark(id));
    listen("click", (id, event) => {
      if (event.target.closest("a") || !byGrid.has(id)) return;
      mark(id);
      byGrid.get(id).openPopup(byGrid.get(id).getBounds().getCenter());
    });
    list.addEventListener("mouseleave", () => mark(null));
  }
  return layer;
}

function pins(map, box, data, caption) {
  if (box.dataset.points !== "on") return;
  const groups = new Map();
  for (const [kind, name, longitude, latitude] of data.points) {
    if (!groups.has(kind)) groups.set(kind, L.layerGroup());
    const icon = L.divIcon({ className: `pin pin--${kind}`, iconSize: null });
    L.marker([latitude, longitude], { icon, keyboard: false, title: `${data.kinds[kind]} ${name}`, alt: "" }).addTo(groups.get(kind));
  }
  for (const kind of Object.keys(data.kinds).filter((one) => groups.has(one))) {
    const group = groups.get(kind);
    const label = element("label");
    const tick = element("input");
    tick.type = "checkbox";
    tick.checked = !isNamed(box, data) && (kind !== "village_point" || groups.size === 1);
    const show = () => (tick.checked ? group.addTo(map) : group.remove());
    tick.addEventListener("change", show);
    show();
    label.append(tick, element("span", `pin pin--${kind}`), element("span", "", `${data.kinds[kind]} ${group.getLayers().length}`));
    caption.append(label);
  }
}

function legend(data, caption) {
  const list = element("ul", "legend");
  list.append(element("li", "legend__title", data.texts.measure));
  for (const { colour, text } of [...data.legend, { colour: "none", text: data.texts.none }]) {
    const item = element("li");
    item.append(element("span", `legend__key legend__key--${colour}`), element("span", "", text));
    list.append(item);
  }
  caption.append(list);
}

function draw(box, data) {
  const caption = box.parentElement.querySelector(".map-caption") ?? box.insertAdjacentElement("afterend", element("div", "map-caption"));
  const map = L.map(box, { zoomSnap: 0, zoomDelta: 0.75, wheelPxPerZoomLevel: 90, zoomControl: false, attributionControl: false, scrollWheelZoom: false });
  map.on("click focus", () => map.scrollWheelZoom.enable());
  map.on("mouseout", () => map.scrollWheelZoom.disable());
  L.control.zoom({ zoomInTitle: data.texts.zoomIn, zoomOutTitle: data.texts.zoomOut }).addTo(map);
  map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", data.texts.close));
  if (data.tiles) L.tileLayer(data.tiles).addTo(map);
  map.setView([0, 0], 1);
  let layer = shapes(map, box, data);
  if (!box.dataset.list) legend(data, caption);
  pins(map, box, data, caption);
  if (data.illustrative) box.append(element("div", "map-note", data.texts.illustrative));
  const bounds = layer.getBounds();
  if (!bounds.isValid()) {
    box.append(element("div", "map-message", data.texts.empty));
    return;
  }
  const fit = () => {
    map.setMinZoom(0);
    map.setMaxBounds(null);
    map.invalidateSize({ animate: false });
    const key = getComputedStyle(caption).position === "absolute" ? caption.offsetWidth + 8 : 0;
    const foot = data.illustrative && !key ? 40 : 10;
    map.fitBounds(bounds, { paddingTopLeft: [10, 10], paddingBottomRight: [10 + key, foot], animate: false });
    map.setMinZoom(map.getZoom() - 0.5);
    map.setMaxZoom(map.getZoom() + 5);
    map.setMaxBounds(bounds.pad(0.35));
  };
  fit();
  const start = map.getZoom();
  new ResizeObserver(fit).observe(box);
  window.addEventListener("beforeprint", fit);
  const wanted = box.dataset.level || "manager";
  if (data.tier === wanted) return;
  /* More grids than one answer holds: branches first, the grids of the viewport when one comes closer. */
  let waiting = 0;
  map.on("moveend", () => {
    clearTimeout(waiting);
    if (map.getZoom() < start + 1.5) return;
    waiting = setTimeout(async () => {
      const finer = await load(box, { bbox: map.getBounds().toBBoxString(), level: wanted }).catch(() => null);
      if (!finer) return;
      layer.remove();
      layer = shapes(map, box, finer);
    }, 250);
  });
}

function fail(box) {
  const note = element("div", "map-message", box.dataset.failed ?? "");
  const again = element("button", "button", box.dataset.reload ?? "");
  again.type = "button";
  again.addEventListener("click", () => { note.remove(); start(box); });
  note.append(again);
  box.append(note);
}

function start(box) {
  load(box).then((data) => draw(box, data)).catch(() => fail(box));
}

document.querySelectorAll(".map[data-url]").forEach(start);
