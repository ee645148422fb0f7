/* The inbox by keyboard: / search, j k move, Enter open, c claim, ? help. */

const rows = () => [...document.querySelectorAll('.work > li')];
const help = document.querySelector('#keys');
let at = -1;

function typing(target) {
  return target.closest('input, select, textarea, [contenteditable]') !== null;
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove('at');
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  const row = all[at];
  row.classList.add('at');
  row.querySelector('.title').focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

const keys = {
  '/': () => document.querySelector('#search')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  c: () => rows()[at]?.querySelector('.claim')?.click(),
  '?': () => help?.showModal()
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/* Focus by Tab and movement by j k are one position. */
document.addEventListener('focusin', event => {
  const row = event.target.closest('.work > li');
  if (!row) return;
  rows().forEach(each => each.classList.remove('at'));
  at = rows().indexOf(row);
});

document.querySelector('[data-show-keys]')?.addEventListener('click', () => help?.showModal());

/* Choosing a filter is enough; the button is for those without scripts. */
document.querySelectorAll('.filters select').forEach(select => {
  select.addEventListener('change', () => select.form.requestSubmit());
});
