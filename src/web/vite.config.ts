import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const OUT = join(import.meta.dirname, '../../dist/web');

/** The web page: one document and its hashed assets, each compressed ahead for feederd to serve. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that a proxy may serve the page below any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy allows no script and no image inside the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  plugins: [compressed()],
});

/** Writes a `.br` and a `.gz` beside every file. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    async closeBundle() {
      const files = await readdir(OUT, { recursive: true, withFileTypes: true });
      const names = files
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name));
      await Promise.all(names.filter((name) => !/\.(?:br|gz)$/.test(name)).map(compress));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY } = constants;
  const best = { params: { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY } };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, best));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
