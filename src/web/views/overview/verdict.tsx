import type { Attention, Overview } from '../../../server/schemas/overview.ts';
import { counted } from '../../format.ts';
import { Icon } from '../../parts/icons.tsx';
import { Ago } from '../../parts/text.tsx';
import { hrefOfLink } from '../../route.ts';

/** The first thing that a person reads: all is well, or how many things are not, and which. */
export function Verdict({ overview }: { overview: Overview }) {
  const { attention } = overview;
  const worst = attention.some(({ severity }) => severity === 'error')
    ? 'error'
    : attention.length > 0
      ? 'warn'
      : overview.loads.total === 0
        ? 'wait'
        : 'ok';
  return (
    <section class={`verdict ${worst}`} aria-label="Verdict">
      <span class="sign" aria-hidden="true">
        <Icon name={iconOf[worst]} size={26} />
      </span>
      <div class="words">
        <p class="line" aria-live="polite">
          {verdictOf(overview)}
        </p>
        {attention.length === 0 ? (
          <p class="under">
            <Summary overview={overview} />
          </p>
        ) : (
          <ul>
            {attention.map((one) => (
              <Sentence key={`${one.text} ${one.link}`} one={one} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

const iconOf = { ok: 'check', wait: 'brand', warn: 'attention', error: 'attention' } as const;

function verdictOf({ attention, loads }: Overview): string {
  if (attention.length === 0) return loads.total === 0 ? 'There is no fleet yet' : 'All is well';
  return attention.length === 1 ? '1 thing needs attention' : `${attention.length} things need attention`;
}

function Summary({ overview: { loads, vens, started } }: { overview: Overview }) {
  if (loads.total === 0)
    return <>The database has no loads. Generate or import a fleet, and it shows here.</>;
  const meant = loads.total - loads.skipped;
  return (
    <>
      {loads.registered === meant
        ? `All ${counted(meant, 'load')}`
        : `${loads.registered.toLocaleString('en')} of ${counted(meant, 'load')}`}{' '}
      of {counted(vens.total, 'VEN')} are registered. The service started <Ago at={started} />.
    </>
  );
}

function Sentence({ one: { severity, text, link } }: { one: Attention }) {
  const tone = severity === 'error' ? 'error' : 'warn';
  return (
    <li>
      <span class={`dot ${tone}`} aria-hidden="true" />
      <span class="hidden">{severity}: </span>
      <bdi class="name">{text}</bdi>
      {link !== null && (
        <a href={hrefOfLink(link)} aria-label={`Show: ${text}`}>
          Show
        </a>
      )}
    </li>
  );
}
