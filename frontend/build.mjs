// Builds what the pages load into the folder given as the first argument: one bundle for each page that
// needs a script, and the two ready-made files (Bootstrap's CSS, htmx) as they come.
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const packages = createRequire(import.meta.url);
const out = process.argv[2] ?? join(here, '../engine/web/static/vendor');

const READY = {
  'bootstrap.min.css': 'bootstrap/dist/css/bootstrap.min.css',
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
};

await mkdir(out, { recursive: true });
for (const [name, source] of Object.entries(READY)) {
  await copyFile(packages.resolve(source), join(out, name));
}
await build({
  entryPoints: ['viewer'].map((name) => join(here, `src/${name}.js`)),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outdir: out,
  charset: 'utf8',
  legalComments: 'linked',
  loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl', '.ttf': 'empty', '.eot': 'empty' },
  logLevel: 'warning',
});
