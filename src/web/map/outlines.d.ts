/** Made of world-atlas when the page is built: `vite.config.ts`. */
declare module 'virtual:outlines' {
  import type { OutlineEntry } from './outline.ts';

  export const outlines: readonly OutlineEntry[];
}
