import { driftChoices, reconcileSecondsBounds } from '../../api/option-values.ts';
import { decimalNumber, oneOf, text, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** When `venfleet serve` compares fleet and VTN, and what follows. */
export const keepingOptions = {
  reconcileEvery: spec({
    flags: '--reconcile-every <seconds>',
    env: 'VENFLEET_RECONCILE_EVERY',
    help: 'how often what is pending is registered, and the VTN compared with the database',
    check: decimalNumber(...reconcileSecondsBounds),
    default: 3_600,
  }),
  onDrift: spec({
    flags: '--on-drift <choice>',
    env: 'VENFLEET_ON_DRIFT',
    help: 'where they differ: "ignore" it, "alert" a person, or "apply" the plan within --max-removals',
    check: oneOf(driftChoices),
    default: 'alert',
  }),
} as const;

/** Where its page is, and who may look and act there. */
export const pageOptions = {
  host: spec({
    flags: '--host <address>',
    env: 'VENFLEET_HOST',
    help: 'address that the page listens on',
    check: text(),
    default: '127.0.0.1',
  }),
  pageToken: spec({
    env: 'VENFLEET_PAGE_TOKEN',
    help: 'token without which nobody sees the page',
    check: text(),
  }),
  pageTokenFile: spec({
    flags: '--page-token-file <file>',
    env: 'VENFLEET_PAGE_TOKEN_FILE',
    help: 'file that holds the token without which nobody sees the page',
    check: text(),
    isPath: true,
  }),
  allowActions: spec({
    flags: '--allow-actions',
    env: 'VENFLEET_ALLOW_ACTIONS',
    help: 'let those who have the token of the page register, plan, apply, suspend and resume there',
    check: yesOrNo(),
    default: false,
  }),
  behindProxy: spec({
    flags: '--behind-proxy',
    env: 'VENFLEET_BEHIND_PROXY',
    help: 'listen on an address that is not of this machine alone without a token: a proxy before it asks who comes',
    check: yesOrNo(),
    default: false,
  }),
} as const;
