import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../docs/code-blocks.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly range?: boolean }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

export const alertRules = join(root, 'deploy/prometheus/alerts.yml');

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(root, 'grafana/venfleet.json'), 'utf8'));
}

export interface PanelQuery {
  readonly panel: string;
  readonly expr: string;
  /** Asked over the time that is shown, not for now alone. */
  readonly isRange: boolean;
}

/** The queries of the dashboard, with Grafana's variables filled in. */
export function queriesOf({ panels, annotations }: Dashboard, rateInterval = '2m'): PanelQuery[] {
  const filled = (expr: string) =>
    expr
      .replaceAll('$__rate_interval', rateInterval)
      .replaceAll('$job', 'venfleet')
      .replaceAll('$instance', '.*');
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, range = false }) => ({ panel: title, expr: filled(expr), isRange: range })),
    ),
    ...annotations.list.map(({ name, expr }) => ({ panel: name, expr: filled(expr), isRange: true })),
  ];
}

/** What a query asks for: names of series, and the labels that it chooses them by. */
export function askedFor(text: string): { name: string; labels: string[] }[] {
  const asked = text.matchAll(/\b((?:venfleet|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g);
  return [...asked].map(([, name = '', within = '']) => ({
    name,
    labels: [...within.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
  }));
}
