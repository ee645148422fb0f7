/* The fields are drawn again by the server while one types: what was typed meanwhile, and where the cursor stood, stay. */

const typed = new Map();

function isField(element) {
  return element instanceof HTMLElement && element.id && element.matches('input, textarea, select');
}

function content(field) {
  return field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value;
}

function put(field, value) {
  if (field.type === 'file') return;
  if (field.type === 'checkbox' || field.type === 'radio') field.checked = value;
  else if (field.value !== value) field.value = value;
}

function cursor(field) {
  try {
    return [field.selectionStart, field.selectionEnd];
  } catch {
    return [null, null];
  }
}

document.addEventListener('input', event => {
  if (isField(event.target) && event.target.closest('.rf-form')) typed.set(event.target.id, content(event.target));
});

document.addEventListener('htmx:beforeRequest', event => {
  if (event.target.closest?.('.rf-form')) typed.clear();
});

document.addEventListener('htmx:beforeSwap', event => {
  const fields = event.detail.target;
  if (!fields?.classList.contains('rf-form') || !event.detail.shouldSwap) return;
  const active = document.activeElement;
  const at = isField(active) && fields.contains(active) ? { id: active.id, cursor: cursor(active) } : null;
  document.addEventListener('htmx:afterSwap', () => {
    typed.forEach((value, id) => {
      const field = document.getElementById(id);
      if (isField(field)) put(field, value);
    });
    const field = at && document.getElementById(at.id);
    if (!field) return;
    field.focus({ preventScroll: true });
    if (at.cursor[0] !== null) field.setSelectionRange(...at.cursor);
  }, { once: true });
});

document.querySelector('.rf-summary')?.focus();
