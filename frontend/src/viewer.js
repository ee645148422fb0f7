/* Shows one diagram, read only: where an instance stands, what is done, who did it, and a replay of how it went.

   <div class="canvas" id="…" data-diagram="/address/of.bpmn" data-marks='{"steps": […], "badges": […], "labels": {…}}'>

   steps:  [{element, state: done | taken | open | late | wait | failed | cancelled, text}] in order of time
   badges: [{element, state, text, title}] shown beside the element at the end of the replay
   labels: {element: name} replaces the names of the file, for the other language
   Everything that comes from data is set as text or through the object model, never as markup.
   The bpmn.io logo stays visible: it is a condition of the licence of bpmn-js. */
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

const INK = {
  done: 'var(--rs-done)', taken: 'var(--rs-done)', open: 'var(--rs-open)', late: 'var(--rs-late)',
  failed: 'var(--rs-late)', wait: 'var(--rs-wait)', cancelled: 'var(--rs-soft)',
};
const WASH = {
  done: 'var(--rs-done-soft)', open: 'var(--rs-open-soft)', late: 'var(--rs-late-soft)',
  failed: 'var(--rs-late-soft)', wait: 'var(--rs-wait-soft)', cancelled: 'var(--rs-paper)',
};
const NOW = ['open', 'late', 'wait', 'failed'];
const BADGE = 'badge';
const BADGE_PLACE = { bottom: 8, left: 6 };
const READABLE = 0.55;
/* The width of a letter and the height of a line in labels of eleven pixels, with room for the widest words. */
const LETTER = 7;
const LINE = 14;

function redraw(viewer, element) {
  const kind = element.waypoints ? 'connection' : 'shape';
  viewer.get('graphicsFactory').update(kind, element, viewer.get('elementRegistry').getGraphics(element));
}

/** Colours elements by state; what is not named any more goes back to plain. */
function painter(viewer) {
  const registry = viewer.get('elementRegistry');
  let painted = new Set();

  function colour(id, state) {
    const element = registry.get(id);
    if (!element) return;
    element.di.set('bioc:stroke', state && INK[state]);
    if (!element.waypoints) element.di.set('bioc:fill', state && WASH[state]);
    redraw(viewer, element);
  }

  return (states) => {
    [...painted].filter((id) => !(id in states)).forEach((id) => colour(id));
    Object.entries(states).forEach(([id, state]) => colour(id, state));
    painted = new Set(Object.keys(states));
  };
}

function badgeNode({ state, text, title }) {
  const node = document.createElement('span');
  node.className = `badge-on-canvas ${state}`;
  node.textContent = text;
  if (title) node.title = title;
  return node;
}

/** The state of every element after the first `count` steps. */
function statesAfter(steps, count) {
  return Object.fromEntries(steps.slice(0, count).map(({ element, state }) => [element, state]));
}

/** How many lines a name takes when its words are set one after the other. */
function lines(name, width) {
  return name.split(/\s+/).reduce(({ count, used }, word) => {
    const wide = word.length * LETTER;
    return used && used + wide > width ? { count: count + 1, used: wide } : { count, used: used + wide };
  }, { count: 1, used: 0 }).count;
}

/** Makes a label drawn for another language wide enough for the longest word of this one; it stays on its side of the
    element, and one above it grows upwards. */
function fit(label, name) {
  const target = label.labelTarget;
  const more = Math.max(...name.split(/\s+/).map((word) => word.length)) * LETTER - label.width;
  if (more > 0) {
    const beside = !target.waypoints && label.x >= target.x + target.width / 2;
    label.x -= beside ? 0 : more / 2;
    label.width += more;
  }
  if (target.waypoints || label.y + label.height > target.y + LINE) return;
  label.y -= (lines(name, label.width) - Math.round(label.height / LINE)) * LINE;
}

function relabel(viewer, labels) {
  const registry = viewer.get('elementRegistry');
  Object.entries(labels).forEach(([id, name]) => {
    const element = registry.get(id);
    if (!element) return;
    element.businessObject.name = name;
    const label = registry.get(`${id}_label`);
    if (label) fit(label, name);
    [element, label].filter(Boolean).forEach((each) => redraw(viewer, each));
  });
}

/** Says which element was chosen, so that the page can narrow its table to it. */
function announceChoices(viewer, container) {
  viewer.get('eventBus').on('element.click', ({ element }) => {
    const chosen = element.labelTarget ?? element;
    const nothing = chosen === viewer.get('canvas').getRootElement();
    container.dispatchEvent(new CustomEvent('element-chosen', { bubbles: true, detail: nothing ? '' : chosen.id }));
  });
}

function connectReplay(viewer, container, { steps, badges }) {
  const slider = document.querySelector(`[data-replay="${container.id}"]`);
  const caption = document.querySelector(`[data-replay-caption="${container.id}"]`);
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  const paint = painter(viewer);

  const show = (count) => {
    // Only ours: what opens a collapsed sub-process stays.
    overlays.remove({ type: BADGE });
    paint(statesAfter(steps, count));
    if (count >= steps.length) {
      badges.filter(({ element }) => registry.get(element)).forEach((each) => {
        overlays.add(each.element, BADGE, { position: BADGE_PLACE, html: badgeNode(each) });
      });
    }
    const text = steps[count - 1]?.text ?? '';
    if (caption) caption.textContent = text;
    slider?.setAttribute('aria-valuetext', text);
  };

  if (slider) {
    slider.max = steps.length;
    slider.value = steps.length;
    slider.addEventListener('input', () => show(Number(slider.value)));
  }
  show(steps.length);
}

function connectZoom(viewer, container) {
  const canvas = viewer.get('canvas');
  document.querySelectorAll(`[data-zoom-of="${container.id}"]`).forEach((button) => {
    button.addEventListener('click', () => {
      if (button.dataset.zoom === 'fit') canvas.zoom('fit-viewport', 'auto');
      else canvas.zoom(canvas.zoom() * (button.dataset.zoom === 'in' ? 1.25 : 0.8));
    });
  });
}

/** The element, or, where it lies in a collapsed sub-process, the one of this plane that it lies in. */
function here(viewer, id) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  let element = registry.get(id);
  while (element && canvas.findRoot(element) !== canvas.getRootElement()) {
    element = registry.get(canvas.findRoot(element).businessObject.id);
  }
  return element;
}

/** Fits the diagram, but never so small that its words cannot be read: then it shows where the work is now, or,
    before any work, where the process begins. */
function place(viewer, steps) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  canvas.zoom(0.75);
  const now = steps.filter(({ state }) => NOW.includes(state)).pop() ?? steps.at(-1);
  const element = now && here(viewer, now.element);
  const view = canvas.viewbox();
  const starts = registry.filter(({ type, parent, labelTarget }) => (
    type === 'bpmn:StartEvent' && parent.type !== 'bpmn:SubProcess' && !labelTarget
  ));
  const begin = starts.sort((one, other) => one.x - other.x)[0];
  const middle = (of) => of.y + (of.height - view.height) / 2;
  const top = view.inner.y - 20;
  const corner = { x: view.inner.x - 20, y: begin ? Math.max(top, middle(begin)) : top };
  const there = element && { x: element.x + (element.width - view.width) / 2, y: middle(element) };
  canvas.viewbox({ ...view, ...(there ?? corner) });
}

async function draw(container) {
  const marks = { steps: [], badges: [], labels: {}, ...JSON.parse(container.dataset.marks || '{}') };
  const answer = await fetch(container.dataset.diagram, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  // The viewer's own words: what leads into a collapsed sub-process.
  const spoken = { 'Open {element}': container.dataset.inside };
  const translate = (words, facts = {}) => (
    (spoken[words] || words).replace(/{([^}]+)}/g, (_, name) => facts[name] ?? `{${name}}`)
  );
  const viewer = new NavigatedViewer({
    container,
    additionalModules: [{ translate: ['value', translate] }],
    bpmnRenderer: {
      defaultFillColor: 'var(--rs-card)', defaultStrokeColor: 'var(--rs-ink)', defaultLabelColor: 'var(--rs-ink)',
    },
  });
  await viewer.importXML(await answer.text());
  relabel(viewer, marks.labels);
  place(viewer, marks.steps);
  announceChoices(viewer, container);
  connectReplay(viewer, container, marks);
  connectZoom(viewer, container);
  container.dataset.drawn = 'yes';
}

document.querySelectorAll('[data-diagram]').forEach((container) => {
  draw(container).catch((error) => {
    container.dataset.drawn = 'no';
    container.textContent = container.dataset.failed || String(error);
  });
});
