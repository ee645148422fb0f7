/* Keeps what one types: half a second after the last key the form is saved as a draft; offline it is kept here and
   saved when the connection is back. */

const form = document.querySelector('form[data-draft]');
const status = document.querySelector('[data-draft-status]');
let timer;
let dirty = false;
let sending = false;

function say(text) {
  if (status) status.textContent = text;
}

async function save() {
  if (!dirty || sending || form.dataset.sent) return;
  sending = true;
  dirty = false;
  const typed = new FormData(form);
  [...typed.keys()].filter(name => name.startsWith('_file:')).forEach(name => typed.delete(name));
  try {
    const answer = await fetch(form.dataset.draft, { method: 'POST', body: typed, headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { text } = await answer.json();
    say(text);
  } catch (error) {
    dirty = true;
    say(form.dataset.draftFailed);
    if (error instanceof TypeError) document.dispatchEvent(new CustomEvent('connection-lost'));
  } finally {
    sending = false;
  }
}

function changed() {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(save, 600);
}

if (form) {
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  window.addEventListener('online', save);
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
  document.querySelector('[data-save-draft]')?.addEventListener('click', event => {
    event.preventDefault();
    dirty = true;
    save();
  });
}
