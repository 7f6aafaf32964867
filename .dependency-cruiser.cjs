// The rooms of the house and what each may import (docs/architecture.md).
// `npm run deps` fails on any other import between rooms, and on cycles.
const rooms = {
  core: [],
  openadr: ['core'],
  delivery: ['core', 'openadr'],
  fleet: ['core'],
  profiles: ['core', 'openadr', 'delivery', 'fleet'],
  store: ['core', 'fleet'],
  registration: ['core', 'delivery', 'fleet', 'profiles', 'store'],
  reconciliation: ['core', 'delivery', 'fleet', 'profiles', 'store', 'registration'],
  metering: ['core', 'delivery', 'fleet', 'profiles', 'store'],
  events: ['core', 'openadr', 'delivery', 'fleet', 'profiles', 'store'],
  monitoring: ['core', 'fleet', 'store'],
  simulator: ['core'],
  api: [
    'core',
    'openadr',
    'delivery',
    'fleet',
    'profiles',
    'store',
    'registration',
    'reconciliation',
    'metering',
    'events',
    'monitoring',
  ],
  server: ['core', 'api', 'monitoring'],
  web: [],
  cli: ['core', 'api', 'simulator', 'server'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  severity: 'error',
  comment: `${room}/ may import ${allowed.join(', ') || 'nothing of ours'}.`,
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[room, ...allowed].join('|')})/`,
    // The page knows the shapes of the API's answers, and nothing else of what makes them.
    ...(room === 'web' && { dependencyTypesNot: ['type-only'] }),
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'cli-is-the-top',
      severity: 'error',
      comment: 'cli/ is what people see; nobody imports it.',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'index-exports-api-only',
      severity: 'error',
      comment: 'src/index.ts is the public API, which api/ makes.',
      from: { path: '^src/index[.]ts$' },
      to: { path: '^src/', pathNot: '^src/api/' },
    },
    {
      name: 'engines-are-behind-the-store',
      severity: 'error',
      comment: 'store/sqlite and store/sql are opened by store/ alone: the others know its ports.',
      from: { path: '^src/', pathNot: '^src/store/' },
      to: { path: '^src/store/(sqlite|postgres|sql)/' },
    },
    {
      name: 'engines-do-not-know-each-other',
      severity: 'error',
      comment: 'What all engines run knows none of them.',
      from: { path: '^src/store/sql/' },
      to: { path: '^src/store/(sqlite|postgres)/' },
    },
    {
      name: 'sql-is-below-store',
      severity: 'error',
      comment: 'Only store/sql and the engines speak to a database.',
      from: { path: '^src/', pathNot: '^src/store/(sql|sqlite|postgres)/' },
      to: { path: '^(node:)?sqlite$|node_modules/(kysely|pg)/' },
    },
    {
      name: 'undici-is-below-openadr-http',
      severity: 'error',
      comment: 'Requests go out by openadr/http alone.',
      from: { path: '^src/', pathNot: '^src/openadr/http/' },
      to: { path: 'node_modules/undici/' },
    },
    {
      name: 'mqtt-is-below-its-client',
      severity: 'error',
      comment: 'Connections to brokers are made in events/mqtt alone.',
      from: { path: '^src/', pathNot: '^src/events/mqtt/' },
      to: { path: 'node_modules/mqtt/' },
    },
    {
      name: 'simulator-machine-knows-no-vtn',
      severity: 'error',
      comment:
        'What all simulated VTNs share knows none of them, and the two versions of OpenADR not each other.',
      from: { path: '^src/simulator/(machine|openadr/v30|openadr/v31)/' },
      to: {
        path: '^src/simulator/(flex|openadr)/',
        pathNot: '^src/simulator/(openadr/[^/]+\\.ts$|$1/)',
      },
    },
    {
      name: 'jobs-do-not-know-each-other',
      severity: 'error',
      comment: 'registration, metering and events share delivery, and never import one another.',
      from: { path: '^src/(registration|metering|events)/' },
      to: { path: '^src/(registration|metering|events)/', pathNot: '^src/$1/' },
    },
    {
      name: 'web-knows-the-api-alone',
      severity: 'error',
      comment: 'The page imports types of server/schemas, and nothing else of ours.',
      from: { path: '^src/web/' },
      to: { path: '^src/', pathNot: '^src/(web|server/schemas)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'What is `virtual:` is made when the page is built (vite/).',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'What is published may only need what is installed with it; the page is built before.',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
