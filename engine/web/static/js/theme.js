/* Runs before the page is painted, so that the colours do not flash: "auto" follows the device. */
(function () {
  const page = document.documentElement;
  const device = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    if (page.dataset.theme === 'auto') page.dataset.bsTheme = device.matches ? 'dark' : 'light';
  };
  follow();
  device.addEventListener('change', follow);
})();
