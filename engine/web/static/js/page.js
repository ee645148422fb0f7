/* What every page does: menus that close, a line that says when the connection is gone, places one can jump to. */

document.addEventListener('click', event => {
  document.querySelectorAll('details.menu[open]').forEach(menu => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  document.querySelectorAll('details.menu[open]').forEach(menu => {
    menu.open = false;
    menu.querySelector('summary').focus();
  });
});

/* "/" goes to the search of whatever list is shown. */
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector('#search');
  if (!search || event.target.closest('input, select, textarea, dialog')) return;
  event.preventDefault();
  search.focus();
});

let lost;

function sayLost() {
  if (lost) return;
  lost = document.createElement('p');
  lost.className = 'note late toast-line';
  lost.setAttribute('role', 'alert');
  const text = document.createElement('span');
  text.textContent = document.body.dataset.saidLost;
  lost.append(text);
  document.body.append(lost);
}

window.addEventListener('offline', sayLost);
document.addEventListener('connection-lost', sayLost);
window.addEventListener('online', () => {
  lost?.remove();
  lost = undefined;
});

/* A second press of the same button while the first is on its way changes nothing and looks so. */
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.once === undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  form.setAttribute('aria-busy', 'true');
  setTimeout(() => { delete form.dataset.sent; form.removeAttribute('aria-busy'); }, 8000);
});

window.addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach(form => { delete form.dataset.sent; });
});

/* What must be corrected is read out first. */
document.querySelector('.rf-summary, [data-attention]')?.focus();
