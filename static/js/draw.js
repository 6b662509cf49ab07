/* Draws the ground of a draft on and lets it be changed with Leaflet.draw: a grid is chosen, its edge moved,
   a line drawn through it, two made one, a new one drawn. What the mouse draws is written into the form beside
   the map, where it is sent from; without this file it is typed there. Words come with the data, none stand here. */

const { L } = window;
/* in pixels: what is nearer to a corner, or a side, of another ground is meant to be there */
const NEAR = 12;
const CHINA = [[18, 73], [54, 136]];

const all = (selector) => [...document.querySelectorAll(selector)];
const formOf = (tool) => document.querySelector(`[data-form="${tool}"]`);
const fieldOf = (tool) => formOf(tool)?.querySelector("textarea[data-ground]");

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const ringsOf = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
const turned = (places) => places.map(([longitude, latitude]) => [latitude, longitude]);
const shapeOf = ({ type, coordinates }) => {
  const parts = type === "Polygon" ? [coordinates] : coordinates;
  return parts.map((rings) => rings.map((ring) => turned(ring.slice(0, -1))));
};
const place = ({ lat, lng }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))];
const closed = (corners) => [...corners, corners[0]];

/* Where a place is meant to be: on the corner of another ground, else on its side, if one of them is near. */
function snapper(map, shown, left) {
  return (at) => {
    const here = map.latLngToLayerPoint(at);
    const reach = L.latLngBounds(
      map.layerPointToLatLng(here.subtract([NEAR, NEAR])), map.layerPointToLatLng(here.add([NEAR, NEAR])),
    );
    let corner = { far: NEAR };
    let side = { far: NEAR * .75 };
    for (const [key, { bounds, rings }] of shown) {
      if (key === left() || !bounds.intersects(reach)) continue;
      for (const ring of rings) {
        let before = map.latLngToLayerPoint(ring.at(-1));
        for (const each of ring) {
          const there = map.latLngToLayerPoint(each);
          const far = here.distanceTo(there);
          if (far < corner.far) corner = { far, at: each };
          const on = L.LineUtil.closestPointOnSegment(here, before, there);
          const beside = here.distanceTo(on);
          if (beside < side.far) side = { far: beside, at: map.layerPointToLatLng(on) };
          before = there;
        }
      }
    }
    return L.latLng(corner.at ?? side.at ?? at);
  };
}

/* The library's own words are English: give it the page's. */
function speak(texts) {
  const { polygon, polyline } = L.drawLocal.draw.handlers;
  polygon.tooltip = { start: texts.polygonStart, cont: texts.polygonOn, end: texts.polygonEnd };
  polyline.tooltip = { start: texts.lineStart, cont: texts.lineOn, end: texts.lineEnd };
  polyline.error = texts.crossing;
  L.drawLocal.edit.handlers.edit.tooltip = { text: texts.drag, subtext: "" };
}

// the library asks by an old name, and is told so each time
L.Polyline._flat = L.LineUtil.isFlat;
let snap = (at) => at;
const { addVertex: added } = L.Draw.Polyline.prototype;
const { _onMarkerDrag: dragged } = L.Edit.PolyVerticesEdit.prototype;
// a polygon is a polyline to the library
L.Draw.Polyline.include({ addVertex(at) { added.call(this, snap(at)); } });
L.Edit.PolyVerticesEdit.include({
  _onMarkerDrag(event) {
    event.target.setLatLng(snap(event.target.getLatLng()));
    dragged.call(this, event);
  },
});

/* Names and counts where there is room for them. */
function labels(map, shown) {
  const layer = L.layerGroup().addTo(map);
  const width = (text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) >= 0x2e80 ? 12.5 : 7), 0);
  const write = () => {
    layer.clearLayers();
    const view = map.getBounds();
    for (const { cell, bounds } of shown.values()) {
      if (!view.intersects(bounds)) continue;
      const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((each) => map.latLngToLayerPoint(each));
      if (high.x - low.x < width(cell.name) + 10 || low.y - high.y < 40) continue;
      const words = element("span", "map-words");
      words.append(element("span", "", cell.name), element("strong", "", String(cell.count)));
      const className = `map-label draw__label draw__label--${cell.band}`;
      L.tooltip({ permanent: true, direction: "center", className, interactive: false })
        .setLatLng(turned([cell.at])[0]).setContent(words).addTo(layer);
    }
  };
  map.on("zoomend moveend", write);
  write();
}

/* Each finding by its number, where it is. */
function marks(map, data) {
  const found = new Map();
  for (const { at: [longitude, latitude], text, level, number, step } of data.marks) {
    const sign = element("span", "", String(number));
    const icon = L.divIcon({
      className: `draw-mark draw-mark--${level}`, html: sign, iconSize: [22, 22],
      iconAnchor: [11, step ? -24 * step + 4 : 11],
    });
    const said = element("span", "", text);
    const mark = L.marker([latitude, longitude], { icon, keyboard: false, title: text, alt: text });
    mark.bindPopup(said, { maxWidth: 260 }).addTo(map);
    found.set(String(number), mark);
  }
  return found;
}

class Board {
  constructor(box, data) {
    this.texts = data.texts;
    this.said = document.querySelector("[data-said]");
    this.bar = document.querySelector("[data-bar]");
    this.chosen = "";
    this.tool = "";
    this.drawing = null;
    this.rings = [];
    // of a corner, in pixels: a finger is broader than a mouse
    this.size = window.matchMedia("(pointer: coarse)").matches ? 22 : 12;
    this.map = L.map(box, {
      zoomSnap: 0, zoomDelta: .75, wheelPxPerZoomLevel: 90, zoomControl: false, attributionControl: false,
      doubleClickZoom: false,
    });
    if (data.tiles) L.tileLayer(data.tiles).addTo(this.map);
    L.control.zoom({ position: "bottomright", zoomInTitle: data.texts.zoomIn, zoomOutTitle: data.texts.zoomOut })
      .addTo(this.map);
    speak(data.texts);
    this.map.setView([35, 105], 4);
    this.show(data);
    snap = snapper(this.map, this.near, () => (this.tool === "draw" ? this.chosen : ""));
    this.remember(box);
    labels(this.map, this.shown);
    this.marks = marks(this.map, data);
    this.map.on(L.Draw.Event.CREATED, ({ layer }) => this.created(layer));
    this.map.on("draw:canceled", () => this.use(""));
    this.map.on("zoomend", () => this.thin());
    new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(box);
    if (this.bar) this.bar.hidden = false;
    if (!this.shown.size) this.say(this.texts.empty);
    else if (this.bar) this.say(this.texts.choose);
    if (box.dataset.chosen) this.choose(box.dataset.chosen);
    this.resume(box.dataset.open);
  }

  show(data) {
    this.shown = new Map();
    this.near = new Map();
    // over the grids, whichever of them is on top
    this.map.createPane("edges").classList.add("map-outline");
    const plain = { interactive: false, fill: false, pane: "edges" };
    for (const each of data.today) {
      L.polygon(shapeOf(each), { ...plain, className: "draw-today" }).addTo(this.map);
    }
    for (const cell of data.cells) {
      const changed = cell.changed ? " layout-map__cell--changed" : "";
      const className = `layout-map__cell layout-map__cell--${cell.band}${changed}`;
      const shape = L.polygon(shapeOf(cell.geometry), { className, smoothFactor: .6 }).addTo(this.map);
      const rings = ringsOf(cell.geometry).map((ring) => turned(ring.slice(0, -1)));
      shape.getElement().dataset.key = cell.key;
      shape.bindTooltip(element("span", "", `${cell.name} · ${cell.count}`), { sticky: true });
      shape.on("click", () => this.clicked(cell.key));
      this.shown.set(cell.key, { shape, cell, rings, bounds: shape.getBounds() });
      this.near.set(cell.key, { rings, bounds: shape.getBounds() });
    }
    if (data.outline) {
      const shape = L.polygon(shapeOf(data.outline), { ...plain, className: "draw-outline" }).addTo(this.map);
      const rings = ringsOf(data.outline).map((ring) => turned(ring.slice(0, -1)));
      this.near.set("", { rings, bounds: shape.getBounds() });
    }
    const bounds = [...this.near.values()].map((each) => each.bounds);
    this.whole = bounds.length ? bounds.reduce((sum, each) => sum.extend(each), L.latLngBounds([])) : CHINA;
  }

  /* After each change the page is a new one: one stays where one was. Nothing but a place is kept, for this window. */
  remember(box) {
    const key = `draw:${window.location.pathname}`;
    const [latitude, longitude, zoom] = (window.sessionStorage.getItem(key) ?? "").split(",").map(Number);
    if (zoom) this.map.setView([latitude, longitude], zoom, { animate: false });
    else this.map.fitBounds(this.whole, { padding: [16, 16], animate: false });
    this.map.on("moveend", () => {
      const { lat, lng } = this.map.getCenter();
      if (box.isConnected) window.sessionStorage.setItem(key, [lat, lng, this.map.getZoom()].join(","));
    });
  }

  say(text) {
    if (this.said) this.said.textContent = text;
  }

  clicked(key) {
    if (this.tool === "merge" && this.chosen && key !== this.chosen) {
      set(formOf("merge").querySelector("[name=into]"), key);
      this.paint(key);
      this.say(this.texts.ready);
      return;
    }
    this.choose(key);
  }

  choose(key) {
    if (!this.shown.has(key) && !document.querySelector(`a[data-cell="${CSS.escape(key)}"]`)) return;
    const other = key !== this.chosen;
    this.chosen = key;
    this.paint();
    for (const menu of all("[data-form] [name=cell]")) set(menu, key);
    if (this.tool === "draw" && other) this.edit();
    else if (this.tool === "cut" && other) this.line();
    else if (this.tool === "merge") this.say(this.texts.chooseInto);
  }

  paint(second = "") {
    for (const [key, { shape }] of this.shown) {
      const isOn = key === this.chosen || key === second;
      shape.getElement().classList.toggle("draw-chosen", isOn);
      if (isOn) shape.bringToFront();
    }
    for (const link of all(".draw__cells a[data-cell]")) {
      if (link.dataset.cell === this.chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  goTo(key) {
    const found = this.shown.get(key);
    if (found && !this.map.getBounds().contains(found.bounds)) {
      this.map.fitBounds(found.bounds, { padding: [40, 40], animate: false });
    }
  }

  stop() {
    this.drawing?.disable();
    this.drawing = null;
    for (const ring of this.rings) ring.remove();
    this.rings = [];
    this.sketch?.remove();
    this.sketch = null;
  }

  use(tool) {
    this.stop();
    // what was drawn and not kept is drawn no more
    const left = tool !== this.tool && fieldOf(this.tool)?.value ? formOf(this.tool).querySelector("form") : null;
    left?.reset();
    if (left && this.chosen) set(left.querySelector("[name=cell]"), this.chosen);
    this.tool = tool;
    for (const button of all("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    const stop = document.querySelector("[data-stop]");
    if (stop) stop.hidden = !tool;
    if (tool) for (const form of all("[data-form]")) form.open = form.dataset.form === tool;
    if (tool === "draw") this.edit();
    else if (tool === "cut") this.line();
    else if (tool === "new") this.polygon();
    else if (tool === "merge") this.say(this.chosen ? this.texts.chooseInto : this.texts.chooseGone);
    else this.say(this.texts.choose);
  }

  look() {
    const icon = L.divIcon({ iconSize: [this.size, this.size], className: "draw-corner" });
    return { icon, touchIcon: icon };
  }

  polygon() {
    const options = { ...this.look(), allowIntersection: false, shapeOptions: { className: "draw-sketch" } };
    this.drawing = new L.Draw.Polygon(this.map, options);
    this.drawing.enable();
    this.say(this.texts.polygonStart);
  }

  line() {
    this.stop();
    if (!this.shown.has(this.chosen)) return this.say(this.texts.chooseFirst);
    const options = { ...this.look(), showLength: false, shapeOptions: { className: "draw-sketch draw-sketch--line" } };
    this.drawing = new L.Draw.Polyline(this.map, options);
    this.drawing.enable();
    this.say(this.texts.lineStart);
  }

  created(layer) {
    const isLine = this.tool === "cut";
    const field = fieldOf(this.tool);
    const corners = (isLine ? layer.getLatLngs() : layer.getLatLngs()[0]).map(place);
    field.value = JSON.stringify(isLine
      ? { type: "LineString", coordinates: corners }
      : { type: "Polygon", coordinates: [closed(corners)] });
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.drawing = null;
    this.preview(layer);
    this.say(this.texts.ready);
    const form = formOf(this.tool);
    (form.querySelector("[name=name]") ?? form.querySelector("button.button--primary")).focus();
  }

  preview(layer) {
    this.sketch?.remove();
    this.sketch = layer;
    layer.options.interactive = false;
    layer.addTo(this.map);
  }

  /* The corners of the grid that is chosen can be dragged, ring by ring. */
  edit(geometry) {
    this.stop();
    const found = this.shown.get(this.chosen);
    // what has no ground yet gets its first
    if (!found) return this.chosen ? this.polygon() : this.say(this.texts.chooseFirst);
    const parts = shapeOf(geometry ?? found.cell.geometry);
    const write = () => {
      const rings = this.rings.map((ring) => closed(ring.getLatLngs()[0].map(place)));
      let at = 0;
      const coordinates = parts.map((part) => part.map(() => rings[at++]));
      const isOne = parts.length === 1;
      const shape = { type: isOne ? "Polygon" : "MultiPolygon", coordinates: isOne ? coordinates[0] : coordinates };
      const field = fieldOf("draw");
      field.value = JSON.stringify(shape);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      this.say(this.texts.ready);
    };
    for (const corners of parts.flat()) {
      // to compare every side with every other takes its time
      const poly = { ...this.look(), allowIntersection: corners.length > 200 };
      const ring = L.polygon(corners, { className: "draw-sketch", interactive: false, poly }).addTo(this.map);
      ring.editing.enable();
      ring.on("edit", write);
      this.rings.push(ring);
    }
    const { bounds } = found;
    const room = this.map.getBoundsZoom(bounds, false, L.point(80, 80));
    if (room > this.map.getZoom() + .5 || !this.map.getBounds().contains(bounds)) {
      this.map.fitBounds(bounds, { padding: [40, 40], animate: false });
    }
    this.thin();
    this.say(this.texts.drag);
  }

  /* Corners on top of each other can't be taken hold of: those that find no room are seen when one comes closer. */
  thin() {
    const taken = [];
    const handlers = this.rings.flatMap((ring) => ring.editing._verticesHandlers);
    const corners = handlers.flatMap((each) => each._markerGroup.getLayers());
    // those that are there before those that may be added between them
    corners.sort((one, two) => Number(one._index === undefined) - Number(two._index === undefined));
    for (const corner of corners) {
      const at = this.map.latLngToLayerPoint(corner.getLatLng());
      const isClose = taken.some((each) => Math.abs(each.x - at.x) < this.size && Math.abs(each.y - at.y) < this.size);
      if (!isClose) taken.push(at);
      corner.getElement()?.classList.toggle("draw-corner--close", isClose);
    }
  }

  /* What was refused comes back in its form: it is shown again. */
  resume(tool) {
    const given = fieldOf(tool)?.value;
    if (!tool || !this.bar) return;
    const menu = formOf(tool)?.querySelector("[name=cell]");
    if (menu?.value) this.choose(menu.value);
    let geometry = null;
    try {
      geometry = JSON.parse(given);
      if (tool === "draw") {
        this.use(tool);
        this.edit(geometry);
      } else if (tool === "cut") this.preview(L.polyline(turned(geometry.coordinates), { className: "draw-sketch" }));
      else if (tool === "new") this.preview(L.polygon(shapeOf(geometry), { className: "draw-sketch" }));
    } catch {
      // what was typed is no ground: its words say so
      this.stop();
    }
  }

  undo() {
    if (!this.drawing?._markers?.length) return false;
    if (this.drawing._markers.length > 1) this.drawing.deleteLastVertex();
    else this.use(this.tool);
    return true;
  }
}

/* Choose in a menu, and in the box that is typed into in its place. */
function set(menu, value) {
  if (!menu) return;
  menu.value = value;
  const typed = menu.closest(".pick")?.querySelector("[role=combobox]");
  if (typed) typed.value = menu.value ? menu.selectedOptions[0].textContent.trim() : "";
}

let board = null;

document.addEventListener("click", (event) => {
  if (!board) return;
  const tool = event.target.closest("[data-tool]");
  if (tool) return board.use(tool.dataset.tool);
  if (event.target.closest("[data-stop]")) return board.use("");
  if (event.target.closest("[data-whole]")) return void board.map.fitBounds(board.whole, { padding: [16, 16] });
  const number = event.target.closest("[data-finding]");
  const mark = number && board.marks.get(number.dataset.finding);
  if (mark) {
    event.preventDefault();
    board.map.panTo(mark.getLatLng(), { animate: false });
    return void mark.openPopup();
  }
  const link = event.target.closest("a[data-cell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  board.clicked(link.dataset.cell);
  board.goTo(link.dataset.cell);
});

document.addEventListener("change", (event) => {
  if (board && event.target.matches("[data-form] [name=cell]")) board.choose(event.target.value);
});

/* Opened by hand a form takes its tool up; with the keyboard one stays in the form. */
document.addEventListener("click", (event) => {
  const opened = board && event.target.closest("[data-form] > summary")?.parentElement;
  if (opened && !opened.open && event.detail) {
    event.preventDefault();
    opened.open = true;
    board.use(opened.dataset.form === "rename" ? "" : opened.dataset.form);
  }
});

// before whoever undoes the last change that was kept: a corner is taken back first
document.addEventListener("keydown", (event) => {
  if (!board) return;
  if (event.key === "Escape" && board.tool && !event.target.closest?.(".pick, .leaflet-popup")) board.use("");
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
  if (event.target.matches?.("input, textarea, select") || !board.undo()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function fail(box) {
  const note = element("div", "map-message", box.dataset.failed);
  const again = element("button", "button", box.dataset.reload);
  again.type = "button";
  again.addEventListener("click", () => { note.remove(); load(box); });
  note.append(again);
  box.append(note);
}

async function load(box) {
  try {
    const answer = await fetch(box.dataset.url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    board = new Board(box, await answer.json());
  } catch {
    fail(box);
  }
}

function start() {
  const box = document.getElementById("draw-map");
  if (!box || box.dataset.begun) return;
  box.dataset.begun = "on";
  load(box);
}
document.addEventListener("htmx:afterSettle", start);
start();
