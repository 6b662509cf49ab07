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
  for (const name of ["measure", "level", "grid", "on"]) {
    if (box.dataset[name]) url.searchParams.set(name, box.dataset[name]);
  }
  url.searchParams.set("packed", "on");
  // beside other things it is a picture; who wants to come closer opens the page that has a list
  if (!box.dataset.list) url.searchParams.set("rough", "on");
  for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
  return url;
}

/* Shapes come as steps from point to point, which are half as many bytes: make places of them again. */
function unpack(data) {
  for (const feature of data.features) {
    const { unit, packed } = feature.geometry;
    const placed = (steps) => {
      const ring = [];
      for (let at = 0, x = 0, y = 0; at < steps.length; at += 2) {
        x += steps[at];
        y += steps[at + 1];
        ring.push([x / unit, y / unit]);
      }
      return ring;
    };
    feature.geometry = { type: "MultiPolygon", coordinates: packed.map((rings) => rings.map(placed)) };
  }
  return data;
}

async function load(box, extra = {}) {
  const answer = await fetch(address(box, extra), {
    headers: { Accept: "application/geo+json" },
    credentials: "same-origin",
  });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return unpack(await answer.json());
}

function card(feature, data) {
  const { name, value, lead, households } = feature.properties;
  const box = element("div", "map-popup");
  box.append(element("strong", "", name), element("span", "", `${data.texts.measure}: ${value}`));
  box.append(element("span", "", lead ? `${data.texts.lead}: ${lead}` : data.texts.vacant));
  if (households !== null) box.append(element("span", "", `${data.texts.households}: ${households}`));
  const link = element("a", "", data.texts.open);
  link.href = addressOf(feature, data);
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
  if (inner.top < outer.top + 40 || inner.bottom > outer.bottom) {
    frame.scrollTop += inner.top - outer.top - frame.clientHeight / 2;
  }
}

function written(name, mark) {
  const box = element("span", "map-words");
  if (name) box.append(element("span", "", name));
  if (mark) box.append(element("strong", "", mark));
  return box;
}

/* How far behind a ground is stands in it where there is room. So does its name, once that is true of a good part
   of what is in sight: closer up there is room for more. */
function labels(map, layer, box) {
  const shown = L.layerGroup().addTo(map);
  const width = (text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) >= 0x2e80 ? 12.5 : 7), 0);
  const write = () => {
    shown.clearLayers();
    const view = map.getBounds();
    let [seen, named] = [0, 0];
    const fitting = [];
    layer.eachLayer((shape) => {
      const bounds = shape.getBounds();
      if (!view.intersects(bounds)) return;
      seen += 1;
      const low = map.latLngToLayerPoint(bounds.getSouthWest());
      const high = map.latLngToLayerPoint(bounds.getNorthEast());
      const [wide, tall] = [high.x - low.x, low.y - high.y];
      const { name, mark = "", band } = shape.feature.properties;
      const hasName = wide >= width(name) + 10 && tall >= (mark ? 40 : 24);
      const hasMark = mark && wide >= width(mark) + 8 && tall >= 20;
      if (hasName) named += 1;
      if (hasName || hasMark) fitting.push([shape, hasName ? name : "", hasMark ? mark : "", band]);
    });
    if (fitting.length > 400) return;
    const withNames = named >= seen * (box.dataset.list ? 0.3 : 0.6);
    for (const [shape, name, mark, band] of fitting) {
      const words = withNames ? name : "";
      if (!words && !mark) continue;
      const className = `map-label map-label--${band ?? "none"}`;
      L.tooltip({ permanent: true, direction: "center", className, interactive: false })
        .setLatLng(shape.getCenter()).setContent(written(words, mark)).addTo(shown);
    }
  };
  map.on("zoomend moveend", write);
  write();
  return { remove() { map.off("zoomend moveend", write); shown.remove(); } };
}

/* The way to a grid's page; a finger first sees what it touched. */
function addressOf(feature, data) {
  return data.detail.replace("/0/", `/${feature.id}/`);
}

function isTouch({ originalEvent }) {
  if (originalEvent?.pointerType) return originalEvent.pointerType === "touch";
  return window.matchMedia("(hover: none)").matches;
}

/* One stop for the Tab key; arrows walk from ground to ground, Enter opens the grid. */
function walk(map, layer, data, mark) {
  const shapes = layer.getLayers().filter((shape) => shape.getElement());
  const at = (shape) => map.latLngToLayerPoint(shape.getBounds().getCenter());
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const stop = (shape) => {
    for (const each of shapes) each.getElement().setAttribute("tabindex", each === shape ? "0" : "-1");
  };
  for (const shape of shapes) {
    const { name, value } = shape.feature.properties;
    const path = shape.getElement();
    path.dataset.grid = shape.feature.id;
    path.setAttribute("role", "link");
    path.setAttribute("aria-label", `${name}, ${data.texts.measure} ${value}`);
    path.addEventListener("focus", () => {
      // an element that moves loses the focus
      mark(shape.feature.id, true, false);
      shape.openTooltip(shape.getBounds().getCenter());
    });
    path.addEventListener("blur", () => {
      mark(null);
      shape.closeTooltip();
    });
    path.addEventListener("keydown", (event) => {
      if (event.key === "Enter") window.location.assign(addressOf(shape.feature, data));
      const [x, y] = way[event.key] ?? [0, 0];
      if (!x && !y) return;
      event.preventDefault();
      const here = at(shape);
      let best = null;
      for (const other of shapes) {
        const there = at(other);
        const along = (there.x - here.x) * x + (there.y - here.y) * y;
        const aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
        const far = along + 2 * aside;
        if (other !== shape && along > 2 && (!best || far < best.far)) best = { other, far };
      }
      if (!best) return;
      stop(best.other);
      const centre = best.other.getBounds().getCenter();
      if (!map.getBounds().contains(centre)) map.panTo(centre, { animate: false });
      best.other.getElement().focus();
    });
  }
  if (shapes.length) stop(shapes.find((shape) => shape.feature.properties.focus) ?? shapes[0]);
}

/* The sides where the grounds of two branches meet: what one outline and another have in common. */
function borders({ features }) {
  const seen = new Map();
  const found = [];
  for (const { geometry, properties: { branch } } of features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const ring of polygons.flat()) {
      for (let at = 1; at < ring.length; at += 1) {
        const side = [ring[at - 1], ring[at]];
        const key = side.map(String).sort().join(" ");
        if (seen.has(key) && seen.get(key) !== branch) found.push(side.map(([x, y]) => [y, x]));
        seen.set(key, branch);
      }
    }
  }
  return found;
}

/* Ground that nobody leads is outlined, and branches from one another, above everything and in nobody's way. */
function outline(map, data, layer) {
  if (!map.getPane("outline")) map.createPane("outline").classList.add("map-outline");
  const lines = { className: "map-border", pane: "outline", interactive: false, fill: false };
  const border = L.polyline(borders(data), lines).addTo(map);
  layer.on("remove", () => border.remove());
  const drawn = ["map-vacant-halo", "map-vacant"].map((className) => L.geoJSON(data, {
    filter: ({ properties }) => !properties.lead,
    pane: "outline",
    interactive: false,
    style: { className, fill: false },
  }).addTo(map));
  layer.on("remove", () => drawn.forEach((each) => each.remove()));
}

function shapes(map, box, data) {
  const { list, rows } = rowsOf(box);
  const byGrid = new Map();
  let marked = null;
  function mark(id, fromMap, raise = true) {
    if (marked === id) return;
    if (marked !== null) {
      byGrid.get(marked)?.getElement()?.classList.remove("is-current");
      rows.get(marked)?.classList.remove("is-current");
    }
    marked = id;
    if (id === null) return;
    const layer = byGrid.get(id);
    layer?.getElement()?.classList.add("is-current");
    if (raise) layer?.bringToFront();
    rows.get(id)?.classList.add("is-current");
    if (fromMap && rows.has(id)) reveal(rows.get(id));
  }
  const layer = L.geoJSON(data, {
    style: ({ properties }) => ({
      className: `map-${properties.band ?? "none"}${properties.focus ? " is-focus" : ""}`,
      weight: 1,
      fillOpacity: 1,
      // a class has its colour from the style sheet; what is not known is hatched
      fillColor: "url(#map-hatch)",
    }),
    onEachFeature(feature, shape) {
      byGrid.set(feature.id, shape);
      const { name, value } = feature.properties;
      const label = element("span", "map-tip");
      label.append(element("strong", "", name), element("span", "", `${data.texts.measure} ${value}`));
      shape.bindTooltip(label, { sticky: true });
      shape.on({ mouseover: () => mark(feature.id, true), mouseout: () => mark(null) });
      shape.on("click", (event) => {
        if (!isTouch(event)) return window.location.assign(addressOf(feature, data));
        mark(feature.id, true);
        open(shape, event.latlng);
      });
    },
  }).addTo(map);
  function open(shape, place) {
    L.popup({ maxWidth: 260, autoPanPadding: [12, 12] })
      .setLatLng(place)
      .setContent(card(shape.feature, data))
      .openOn(map);
  }
  layer.eachLayer((shape) => shape.feature.properties.focus && shape.bringToFront());
  outline(map, data, layer);
  if (list) {
    const of = (event) => event.target.closest("[data-grid]");
    const listen = (name, act) => {
      list.addEventListener(name, (event) => of(event) && act(Number(of(event).dataset.grid), event));
    };
    listen("mouseover", (id) => mark(id));
    listen("focusin", (id) => mark(id));
    listen("click", (id, event) => {
      if (event.target.closest("a") || !byGrid.has(id)) return;
      mark(id);
      open(byGrid.get(id), byGrid.get(id).getBounds().getCenter());
    });
    list.addEventListener("mouseleave", () => mark(null));
  }
  walk(map, layer, data, mark);
  return layer;
}

/* A point lies on somebody's ground: a click on it is meant for the ground below. */
function through(event) {
  const { clientX, clientY } = event;
  const there = document.elementsFromPoint(clientX, clientY);
  const below = there.find((each) => each.matches("path.leaflet-interactive"));
  below?.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY }));
}

function pins(map, box, data, caption) {
  if (box.dataset.points !== "on") return;
  const groups = new Map();
  for (const [kind, name, longitude, latitude] of data.points) {
    if (!groups.has(kind)) groups.set(kind, L.layerGroup());
    const icon = L.divIcon({ className: `pin pin--${kind}`, iconSize: null });
    const title = `${data.kinds[kind]} ${name}`;
    const pin = L.marker([latitude, longitude], { icon, keyboard: false, title, alt: "" });
    pin.on("click", ({ originalEvent }) => through(originalEvent)).addTo(groups.get(kind));
  }
  for (const kind of Object.keys(data.kinds).filter((one) => groups.has(one))) {
    const group = groups.get(kind);
    const label = element("label");
    const tick = element("input");
    tick.type = "checkbox";
    tick.checked = kind !== "village_point" || groups.size === 1;
    const show = () => (tick.checked ? group.addTo(map) : group.remove());
    tick.addEventListener("change", show);
    show();
    const counted = `${data.kinds[kind]} ${group.getLayers().length}`;
    label.append(tick, element("span", `pin pin--${kind}`), element("span", "", counted));
    caption.append(label);
  }
}

/* What the colours mean, with how many grounds each has; a press leaves only those in sight. */
function legend(box, data, caption) {
  const list = element("ul", "legend");
  // where a list stands beside it the heading says so already
  if (!box.dataset.list) list.append(element("li", "legend__title", data.title));
  const pressed = new Set();
  const { rows } = rowsOf(box);
  const of = ({ properties }) => [properties.band ?? "none", ...(properties.lead ? [] : ["vacant"])];
  const classes = new Map(data.features.map((feature) => [feature.id, of(feature).map(String)]));
  const show = () => {
    const isWanted = (id) => !pressed.size || (classes.get(id) ?? []).some((each) => pressed.has(each));
    for (const path of box.querySelectorAll("path[data-grid]")) {
      path.classList.toggle("is-dimmed", !isWanted(Number(path.dataset.grid)));
    }
    for (const [id, row] of rows) row.hidden = !isWanted(id);
  };
  for (const { colour, text, count } of data.legend) {
    if (!count && !Number.isInteger(colour)) continue;
    const button = element("button", "legend__choice");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(element("span", `legend__key legend__key--${colour}`), element("span", "", text));
    button.append(element("span", "legend__count", String(count)));
    button.addEventListener("click", () => {
      const name = String(colour);
      if (!pressed.delete(name)) pressed.add(name);
      button.setAttribute("aria-pressed", String(pressed.has(name)));
      show();
    });
    const item = element("li");
    item.append(button);
    list.append(item);
  }
  caption.append(list);
}

/* Find a row of the list by its words. */
function search(box) {
  const { list, rows } = rowsOf(box);
  const field = list && document.getElementById(`${list.id}-search`);
  if (!field) return;
  field.hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows.values()) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

/* Every side of a ground, whatever it is made of. */
function sides(places) {
  if (Array.isArray(places[0])) return places.flatMap(sides);
  return places.map((each, at) => [each, places.at(at - 1)]);
}

/* Whether a side passes through the corner that ends at these two numbers. */
function isInCorner(from, to, ends) {
  let [first, last] = [0, 1];
  for (const axis of ["x", "y"]) {
    const [here, there, most] = [from[axis], to[axis], ends[axis]];
    if (here > most && there > most) return false;
    if (here > most) first = Math.max(first, (here - most) / (here - there));
    if (there > most) last = Math.min(last, (most - here) / (there - here));
  }
  return first <= last;
}

/* Show the whole as large as it goes without a ground below the legend, which stands in a corner above. */
function settle(map, layer, bounds, caption) {
  const fitted = (left, top, foot = 10) => map.fitBounds(bounds, {
    paddingTopLeft: [10 + left, 10 + top], paddingBottomRight: [10, foot], animate: false,
  });
  // what is written at the foot of a narrow map has its room there
  if (!caption) return fitted(0, 0, 40);
  const [frame, key] = [map.getContainer(), caption].map((each) => each.getBoundingClientRect());
  const [wide, tall] = [key.right - frame.left + 8, key.bottom - frame.top + 8];
  const flat = (place) => map.project(place, 0);
  const middle = flat(bounds.getSouthWest()).add(flat(bounds.getNorthEast())).divideBy(2);
  const edges = layer.getLayers().flatMap((shape) => sides(shape.getLatLngs())).map((side) => side.map(flat));
  let best = { zoom: -1, left: 0, top: 0 };
  for (const part of [0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1]) {
    for (const [left, top] of [[wide * part, 0], [0, tall * part]]) {
      if (left > frame.width * .6 || top > frame.height * .6) continue;
      const zoom = map.getBoundsZoom(bounds, false, L.point(left + 20, top + 20));
      const scale = map.getZoomScale(zoom, 0);
      const centre = L.point(frame.width + left, frame.height + top).divideBy(2);
      const corner = L.point(wide, tall).subtract(centre).divideBy(scale).add(middle);
      const isFree = !edges.some(([from, to]) => isInCorner(from, to, corner));
      if (isFree && zoom > best.zoom) best = { zoom, left, top };
    }
  }
  return fitted(best.left, best.top);
}

function draw(box, data) {
  const caption = box.parentElement.querySelector(".map-caption")
    ?? box.insertAdjacentElement("afterend", element("div", "map-caption"));
  const points = box.parentElement.insertAdjacentElement("afterend", element("div", "map-points-key"));
  const map = L.map(box, {
    zoomSnap: 0,
    zoomDelta: 0.75,
    wheelPxPerZoomLevel: 90,
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: Boolean(box.dataset.list),
    doubleClickZoom: false,
    keyboard: false,
  });
  if (!box.dataset.list) {
    // on a page that scrolls the wheel is the page's, until somebody has taken hold of the map
    map.on("dragstart", () => map.scrollWheelZoom.enable());
    map.on("mouseout", () => map.scrollWheelZoom.disable());
  }
  map.on("popupopen", ({ popup }) => {
    const button = popup.getElement().querySelector(".leaflet-popup-close-button");
    button?.setAttribute("aria-label", data.texts.close);
  });
  if (data.tiles) L.tileLayer(data.tiles).addTo(map);
  if (!data.features.length) {
    box.append(element("div", "map-message", data.texts.empty));
    return;
  }
  L.control.zoom({
    position: "bottomright", zoomInTitle: data.texts.zoomIn, zoomOutTitle: data.texts.zoomOut,
  }).addTo(map);
  map.setView([0, 0], 1);
  let layer = shapes(map, box, data);
  if (box.classList.contains("map--keyed")) legend(box, data, caption);
  search(box);
  pins(map, box, data, points);
  if (data.illustrative) box.append(element("div", "map-note", data.texts.illustrative));
  const bounds = layer.getBounds();
  const fit = () => {
    map.setMinZoom(0);
    map.setMaxBounds(null);
    map.invalidateSize({ animate: false });
    settle(map, layer, bounds, getComputedStyle(caption).position === "absolute" ? caption : null);
    map.setMinZoom(map.getZoom() - 0.5);
    map.setMaxZoom(map.getZoom() + 5);
    // never less than is in sight now, or the map would move out from beside its legend
    map.setMaxBounds(map.getBounds().pad(0.3));
  };
  fit();
  let words = labels(map, layer, box);
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
      words.remove();
      layer = shapes(map, box, finer);
      words = labels(map, layer, box);
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
