// Bundles the explorer into ../dist, from where the server embeds it: one script,
// one style sheet, and each of them compressed. Nothing is loaded from elsewhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const dist = new URL('../dist/', import.meta.url);

await build({
  entryPoints: { explorer: 'explorer.jsx' },
  outdir: dist.pathname,
  bundle: true,
  minify: true,
  jsx: 'automatic',
  target: 'es2022',
  loader: { '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});

for (const name of ['explorer.js', 'explorer.css']) {
  const file = new URL(name, dist);
  writeFileSync(`${file.pathname}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}
