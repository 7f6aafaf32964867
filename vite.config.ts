import { defineConfig } from 'vite';
import { outlinesPlugin } from './vite/outlines-plugin.ts';

/** The page of `venfleet serve`: built into the package, and served by it alone. */
export default defineConfig({
  root: 'src/web',
  // Paths are relative, so that it works below any address.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [outlinesPlugin()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Outlines of countries lie apart: there are hundreds.
    rolldownOptions: {
      output: {
        chunkFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.includes('virtual:outline/') ? 'outlines/[hash].js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
