import { defaultRetryPolicy } from '../../api/option-values.ts';
import type { CommandContext } from '../command.ts';
import { tellOfWaiting } from '../lease.ts';
import { pacingChoice, type pacingNames } from './pacing.ts';

/** What the options say of how a command carries out its job: on which database, how fast, and whether it waits for others. */
export function jobOptions(context: CommandContext<'db' | 'wait' | (typeof pacingNames)[number]>) {
  const { values, signal, log } = context;
  return {
    dbPath: values.db,
    pacing: pacingChoice(context),
    signal,
    log,
    wait: values.wait,
    onWaiting: tellOfWaiting,
  };
}

/** How requests are tried again, for as long as `--grace` says that the VTN may be away. */
export const retryWithin = ({ grace }: { readonly grace: number }) => ({
  ...defaultRetryPolicy,
  graceMs: grace * 1_000,
});

/** Which VENs are meant. */
export const venScope = ({
  ven,
  limitVens,
}: {
  readonly ven?: readonly string[] | undefined;
  readonly limitVens?: number | undefined;
}) => ({
  ...(ven !== undefined && { vens: ven }),
  ...(limitVens !== undefined && { limitVens }),
});
