import { defaultDbPath, fleetSizeBounds, referenceFleet } from '../../api/option-values.ts';
import { text, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** The fleet database. */
export const databaseOptions = {
  db: spec({
    flags: '--db <file>',
    env: 'VENFLEET_DB',
    help: 'fleet database, SQLite',
    check: text(),
    isPath: true,
    default: defaultDbPath,
  }),
  wait: spec({
    flags: '--wait',
    env: 'VENFLEET_WAIT',
    help: 'where another venfleet changes the database, wait for it to end',
    check: yesOrNo(),
    default: false,
  }),
  resources: spec({
    flags: '--resources <n>',
    env: 'VENFLEET_RESOURCES',
    help: 'sites of the generated fleet; each has six loads',
    check: wholeNumber(...fleetSizeBounds.resources),
    default: referenceFleet.resources,
  }),
  vens: spec({
    flags: '--vens <n>',
    env: 'VENFLEET_VENS',
    help: 'VENs of the generated fleet: towns; fewer by default where there are few sites',
    check: wholeNumber(...fleetSizeBounds.vens),
    default: referenceFleet.vens,
  }),
  seed: spec({
    flags: '--seed <n>',
    env: 'VENFLEET_SEED',
    help: 'the same seed gives the same fleet',
    check: wholeNumber(...fleetSizeBounds.seed),
    default: referenceFleet.seed,
  }),
  force: spec({
    flags: '--force',
    env: 'VENFLEET_FORCE',
    help: 'replace the fleet that the database holds, with all that is known of its registration',
    check: yesOrNo(),
    default: false,
  }),
} as const;
