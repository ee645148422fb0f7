// The reference: runs form-js's own viewer over cases (standard input) and prints what it submits and complains of.
// Usage: node viewer.mjs <folder with node_modules>
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.argv[2]}/`));
const { JSDOM } = require('jsdom');

const window = new JSDOM('<!doctype html><div id="form"></div>', { url: 'http://localhost/' }).window;
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) {
    try { globalThis[name] = window[name]; } catch { /* some are getters of the window only */ }
  }
}
globalThis.window = window;
globalThis.document = window.document;
globalThis.requestAnimationFrame = window.requestAnimationFrame = call => setTimeout(call, 0);
globalThis.cancelAnimationFrame = window.cancelAnimationFrame = clearTimeout;
window.HTMLElement.prototype.scrollIntoView = () => {};
globalThis.DataTransfer = window.DataTransfer = class { constructor() { this.items = { add() {} }; this.files = null; } };

const { createForm } = require('@bpmn-io/form-js-viewer');

function over(data, given) {
  if (Array.isArray(given) || given === null || typeof given !== 'object') return given;
  const out = { ...(data && typeof data === 'object' ? data : {}) };
  for (const [key, value] of Object.entries(given)) out[key] = over(out[key], value);
  return out;
}

// Rows as the viewer's own "add" button makes them: fields that were not typed into have their defaults.
function withWholeRows(form, data) {
  form.get('formFieldRegistry').getAll().filter(field => field.type === 'dynamiclist').forEach(list => {
    const rows = data[list.path];
    if (Array.isArray(rows)) {
      data = { ...data, [list.path]: rows.map((row, at) => form._getInitializedFieldData(data, { container: list, indexes: { [list.id]: at } })) };
    }
  });
  return data;
}

const ticks = async count => { for (let i = 0; i < count; i++) await new Promise(done => setTimeout(done, 0)); };

async function run({ schema, context, submitted }) {
  const container = document.createElement('div');
  document.body.append(container);
  const form = await createForm({ container, schema, data: context });
  await ticks(4);
  form._emit('field.updated', {});
  form._setState({ data: withWholeRows(form, over(form._getState().data, submitted)) });
  let before;
  for (let i = 0; i < 12; i++) {
    await ticks(3);
    const now = JSON.stringify(form._getState().data);
    if (now === before && i > 2) break;
    before = now;
  }
  const { data, errors } = form.submit();
  const result = { data: JSON.parse(JSON.stringify(data)), errors: JSON.parse(JSON.stringify(errors)) };
  form.destroy();
  container.remove();
  return result;
}

let input = '';
for await (const chunk of process.stdin) input += chunk;
const results = [];
for (const one of JSON.parse(input)) {
  try { results.push(await run(one)); } catch (error) { results.push({ failed: String(error) }); }
}
process.stdout.write(JSON.stringify(results));
