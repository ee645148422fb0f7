// The diagram of a process or of one instance: <div data-diagram="URL of the BPMN XML" data-marks="URL of the marks">.
// Marks: {"done": [id…], "active": [id…], "failed": [id…], "notes": {id: "text"}}; ids unknown to the diagram are passed over.
// The bpmn.io logo stays visible: it is a condition of the licence of bpmn-js.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import './viewer.css';

const NOTE_PLACE = { bottom: 8, left: 4 };

async function fetchOk(url, type) {
  const answer = await fetch(url, { headers: { Accept: type }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

function noteFor(text) {
  const note = document.createElement('div');
  note.className = 'diagram-note';
  note.textContent = text;
  return note;
}

function mark(viewer, marks) {
  const canvas = viewer.get('canvas');
  const elements = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const kind of ['done', 'active', 'failed']) {
    for (const id of marks[kind] ?? []) if (elements.get(id)) canvas.addMarker(id, `diagram-${kind}`);
  }
  for (const [id, text] of Object.entries(marks.notes ?? {})) {
    if (elements.get(id)) overlays.add(id, { position: NOTE_PLACE, html: noteFor(text) });
  }
}

async function show(container) {
  const viewer = new NavigatedViewer({ container });
  try {
    const xml = await (await fetchOk(container.dataset.diagram, 'application/xml')).text();
    await viewer.importXML(xml);
    viewer.get('canvas').zoom('fit-viewport', 'auto');
    if (container.dataset.marks) mark(viewer, await (await fetchOk(container.dataset.marks, 'application/json')).json());
    container.dataset.ready = 'true';
  } catch (error) {
    container.dataset.ready = 'false';
    container.append(noteFor(container.dataset.failed ?? String(error)));
  }
}

for (const container of document.querySelectorAll('[data-diagram]')) show(container);
