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

/* New work appears by itself: once a minute, and when one comes back to the page. Whoever has not touched anything for
   ten minutes is left alone, so that an unattended session still ends. */
const shown = document.querySelector('[data-state]');
const MINUTE = 60_000;
let touched = Date.now();

['keydown', 'pointerdown', 'scroll'].forEach((kind) => {
  document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
});

async function look() {
  if (document.hidden || Date.now() - touched > 10 * MINUTE || help?.open || typing(document.activeElement)) return;
  const answer = await fetch(shown.dataset.stateUrl, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { state } = await answer.json();
  if (state !== shown.dataset.state) location.reload();
}

setInterval(look, MINUTE);
document.addEventListener('visibilitychange', () => {
  touched = Date.now();
  look();
});
