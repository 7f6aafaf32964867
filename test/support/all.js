/** Preloaded by `npm run test:all`: what is tried in turn (`in-turn.ts`) is tried with all. */
process.env.TEST_VENFLEET_ALL = '1';
