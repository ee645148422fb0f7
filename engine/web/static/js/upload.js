/* Files may be dropped on the field; their names are shown before anything is sent. */

document.querySelectorAll('.drop').forEach(zone => {
  const input = zone.querySelector('input[type="file"]');
  const list = zone.querySelector('[data-chosen]');

  const show = () => { list.textContent = [...input.files].map(file => file.name).join('  '); };
  input.addEventListener('change', show);
  ['dragenter', 'dragover'].forEach(kind => zone.addEventListener(kind, event => {
    event.preventDefault();
    zone.classList.add('over');
  }));
  ['dragleave', 'drop'].forEach(kind => zone.addEventListener(kind, () => zone.classList.remove('over')));
  zone.addEventListener('drop', event => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    show();
  });
});
