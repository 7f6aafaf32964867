import { defineConfig } from 'vite';

/** The page of `venfleet serve`: built into the package, and served by it alone. */
export default defineConfig({
  root: 'src/web',
  // Paths are relative, so that it works below any address.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../../dist/web', emptyOutDir: true, assetsInlineLimit: 0 },
});
