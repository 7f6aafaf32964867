import { isoTime } from '../api/event-status/iso-time.ts';
import { componentNames } from '../api/report-status.ts';
import type { FleetViews, ViewedLoad, ViewedReadings } from '../api/views/fleet-views.ts';
import type { LoadDetailsView, LoadLine, Readings } from './schemas/loads.ts';
import { sqlTime } from './sql-time.ts';
import { writable } from './writable.ts';

type Seen = Awaited<ReturnType<FleetViews['findLoads']>>['loads'][number];

/** A load in a line. */
export function loadLineOf(load: Seen): LoadLine {
  const { loadId, externalResourceId, name, component, venName, siteName, meterPointId, state } = load;
  return {
    ...{ loadId, externalResourceId, name, component },
    componentName: componentNames[component] ?? component,
    ven: venName,
    ...{ siteName, meterPointId, state, vtnResourceId: load.vtnResourceId },
  };
}

/** All of a load. */
export function loadDetailsOf(load: ViewedLoad): LoadDetailsView {
  const { resourceId, siteType, siteSubType, address, meterId, vtnVenId, sent, inForce, instructions } = load;
  const place = numbersOf(load.location);
  return writable<LoadDetailsView>({
    ...loadLineOf(load),
    componentName: load.componentName,
    ...{ resourceId, siteType, siteSubType, address, meterId, vtnVenId, sent },
    latitude: place.latitude ?? null,
    longitude: place.longitude ?? null,
    capacities: numbersOf(load.capacities),
    failure: failureOf(load.failure),
    reports: load.reports.map(({ kind, points, fromMs, untilMs, failure }) => ({
      ...{ kind, points, from: isoTime(fromMs), until: isoTime(untilMs), failure: failureOf(failure) },
    })),
    inForce: inForce as LoadDetailsView['inForce'],
    instructions: instructions as LoadDetailsView['instructions'],
  });
}

/** Meter data of a load. */
export function readingsOf({ unit, points, stepMs, problem, ...times }: ViewedReadings): Readings {
  const { fromMs, untilMs, reportedUntilMs } = times;
  return writable<Readings>({
    ...{ unit, points, stepMs, problem },
    from: isoTime(fromMs),
    until: isoTime(untilMs),
    reportedUntil: isoTime(reportedUntilMs),
  });
}

function failureOf(failure: ViewedLoad['failure']): LoadDetailsView['failure'] {
  if (!failure) return null;
  const { reason, status, failedAt } = failure;
  return { reason, status, at: sqlTime(failedAt) };
}

/** The numbers of a flat JSON object. What is none, or broken, cannot be shown as one: `failure` and `sent` say so. */
function numbersOf(json: string): Record<string, number> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]): [string, number][] => {
      const number = typeof one === 'string' && one.trim() !== '' ? Number(one) : one;
      return typeof number === 'number' && Number.isFinite(number) ? [[name, number]] : [];
    }),
  );
}
