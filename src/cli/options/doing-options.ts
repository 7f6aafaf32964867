import {
  compressions,
  defaultMaxBodyBytes,
  defaultMaxFailures,
  doubtChoices,
  listedBounds,
  maxBodyBounds,
  maxFailuresBounds,
  maxRemovalsBounds,
} from '../../api/option-values.ts';
import { oneOf, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** What is done, how far it may go, and how much of it is listed. */
export const doingOptions = {
  dryRun: spec({
    flags: '--dry-run',
    env: 'VENFLEET_DRY_RUN',
    help: 'send nothing, store nothing: say what would be registered, and which rows are broken',
    helpOf: { deregister: 'show what would be removed, and change nothing' },
    check: yesOrNo(),
    default: false,
  }),
  check: spec({
    flags: '--check',
    env: 'VENFLEET_CHECK',
    help: 'ask the VTN for some of the loads that are registered already, also where nothing is to be registered',
    check: yesOrNo(),
    default: false,
  }),
  yes: spec({
    flags: '--yes',
    env: 'VENFLEET_YES',
    help: 'do it without asking',
    check: yesOrNo(),
    default: false,
  }),
  maxRemovals: spec({
    flags: '--max-removals <n>',
    env: 'VENFLEET_MAX_REMOVALS',
    help: 'refuse to remove more resources than this, per VEN and in all (default: the greater of 10 and 5 %)',
    check: wholeNumber(...maxRemovalsBounds),
  }),
  maxFailures: spec({
    flags: '--max-failures <n>',
    env: 'VENFLEET_MAX_FAILURES',
    help: 'stop where the first N loads all fail for one reason, and none succeeds (0: never)',
    check: wholeNumber(...maxFailuresBounds),
    default: defaultMaxFailures,
  }),
  onDoubt: spec({
    flags: '--on-doubt <what>',
    env: 'VENFLEET_ON_DOUBT',
    help: `reports whose answer was lost, where the VTN cannot be asked for them: ${doubtChoices.join(', ')}`,
    check: oneOf(doubtChoices),
    default: 'resend',
  }),
  maxBody: spec({
    flags: '--max-body <bytes>',
    env: 'VENFLEET_MAX_BODY',
    help: 'how large the body of a report may be',
    check: wholeNumber(...maxBodyBounds),
    default: defaultMaxBodyBytes,
  }),
  compress: spec({
    flags: '--compress <how>',
    env: 'VENFLEET_COMPRESS',
    help: `compress reports, where the VTN takes it: ${compressions.join(', ')}`,
    check: oneOf(compressions),
  }),
  sameVtn: spec({
    flags: '--same-vtn',
    env: 'VENFLEET_SAME_VTN',
    help: 'take this VTN for the one the ids in the database are of, at another address, if it knows some of them',
    check: yesOrNo(),
    default: false,
  }),
  moveToThisVtn: spec({
    flags: '--move-to-this-vtn',
    env: 'VENFLEET_MOVE_TO_THIS_VTN',
    help: 'forget which loads are registered on another VTN, or were on this one before it was wiped; asks first',
    check: yesOrNo(),
    default: false,
  }),
  show: spec({
    flags: '--show <n>',
    env: 'VENFLEET_SHOW',
    help: 'list the first N of each kind (10; with --json all)',
    check: wholeNumber(0, 1_000_000_000),
  }),
  all: spec({
    flags: '--all',
    env: 'VENFLEET_ALL',
    help: 'list all of each kind',
    check: yesOrNo(),
    default: false,
  }),
  failures: spec({
    flags: '--failures <n>',
    env: 'VENFLEET_FAILURES',
    help: 'list the latest N failures',
    check: wholeNumber(...listedBounds),
    default: 10,
  }),
  limit: spec({
    flags: '--limit <n>',
    env: 'VENFLEET_LIMIT',
    help: 'list the latest N',
    check: wholeNumber(...listedBounds),
    default: 100,
  }),
} as const;
