/* The diagram and the table are one: choosing an element narrows the table, choosing a row's element marks it. */

const table = document.querySelector('[data-timeline]');
const told = document.querySelector('[data-narrowed]');
const all = document.querySelector('[data-show-all]');

function narrow(element) {
  let shown = 0;
  let name = '';
  table.querySelectorAll('tbody tr').forEach(row => {
    row.hidden = element !== '' && row.dataset.element !== element;
    if (!row.hidden) {
      shown += 1;
      name = row.dataset.name || name;
    }
  });
  told.hidden = element === '';
  told.querySelector('span').textContent = element ? `${name || element} · ${shown}` : '';
}

document.addEventListener('element-chosen', event => narrow(event.detail));
all?.addEventListener('click', () => narrow(''));
