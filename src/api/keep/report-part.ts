import { counted } from '../../core/count.ts';
import type { LiveEvent } from '../../metering/report-live.ts';
import { type ReportLiveOptions, reportLiveIn } from '../report-live.ts';
import type { VtnAndStore } from '../with-vtn-and-store.ts';
import type { PartWork } from './part.ts';
import { withSteadyMark } from './steady-mark.ts';
import { waitText } from './wait-text.ts';

/**
 * Reports meter data as a part of the process. It works once the VTN took something, or there was nothing to report; what a pass
 * could not report, or read, makes it degraded until the next.
 */
export async function reportAsPart(
  parts: VtnAndStore,
  options: ReportLiveOptions,
  work: PartWork,
  isChanging: () => boolean,
): Promise<void> {
  let problem: string | null = null;
  let works = false;
  const show = (said: string | null) => (said === null ? work.succeeds() : work.fails(said));
  const own = {
    signal: work.signal,
    wait: true,
    onWaiting: (holder: Parameters<typeof waitText>[0]) => work.waitsFor(waitText(holder)),
    onProblem(text: string) {
      options.onProblem?.(text);
      problem = `Readings cannot be read: ${text}.`;
      work.fails(problem);
    },
    onEvent(event: LiveEvent) {
      options.onEvent?.(event);
      if (event.type === 'progress' && event.points > 0 && !works) {
        works = true;
        show(problem);
      }
      if (event.type !== 'pass') return;
      works = true;
      const { failed, reasons } = event.summary;
      const failure =
        failed > 0 ? `${counted(failed, 'load')} could not be reported: ${reasons[0]?.reason}.` : null;
      const said = problem ?? failure;
      problem = null;
      show(said);
    },
  };
  await reportLiveIn(withSteadyMark(parts, isChanging), { ...options, ...own }, 'serve');
}
