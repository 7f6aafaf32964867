import { ahead } from '../core/async-iterables.ts';
import type { SeriesTask } from './plan-reports.ts';
import type { PlannedReport } from './planned-report.ts';
import type { ReportMaking } from './report-making.ts';
import { named, type ReportSize } from './report-size.ts';
import type { EncodedSpan, SeriesEncoder } from './series-encoder.ts';

/** Pieces that are read and encoded before their turn, at most. */
const mostAhead = 3;

/**
 * The reports of VTNs that take one load at a time, series by series: each piece of a series is made once, and sent for
 * every load that has it.
 */
export async function* reportsByLoad(
  tasks: readonly SeriesTask[],
  { encoder, profile, references, size }: ReportMaking,
): AsyncGenerator<PlannedReport[]> {
  for await (const { task, piece } of ahead(piecesOf(tasks, encoder, size), mostAhead)) {
    const { key } = task;
    yield task.loads.map((load) => {
      const resourceRef = references.get(load.loadId) ?? load.vtnResourceId;
      return named(load.venName ?? '', piece, [{ load, resourceRef, key, encoded: piece.encoded }], profile);
    });
  }
}

async function* piecesOf(
  tasks: readonly SeriesTask[],
  encoder: SeriesEncoder,
  size: ReportSize,
): AsyncGenerator<{ task: SeriesTask; piece: EncodedSpan }> {
  for (const task of tasks) {
    for (const span of task.spans) {
      for (const piece of await encoder.encode(task.key, span, size.mostPoints())) yield { task, piece };
    }
  }
}
