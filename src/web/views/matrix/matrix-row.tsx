import { Component, type ComponentChildren } from 'preact';
import type { Matrix, ShortCounts, VenRow } from '../../../server/schemas/vens.ts';
import { count, percentDigits } from '../../format.ts';
import { hrefOf } from '../../route.ts';
import { nameOf, stepOf, successOf } from '../../success.ts';

interface MatrixRowProps {
  readonly row: VenRow;
  readonly components: Matrix['components'];
  readonly isFirst: boolean;
}

/** A VEN's row; drawn again only when it has changed: there are hundreds. */
export class MatrixRow extends Component<MatrixRowProps> {
  override shouldComponentUpdate(next: MatrixRowProps): boolean {
    const { row, components, isFirst } = this.props;
    return next.row !== row || next.components !== components || next.isFirst !== isFirst;
  }

  override render({ row, components, isFirst }: MatrixRowProps) {
    const of: Record<string, string> = row.ven === null ? { noVen: 'true' } : { ven: row.ven };
    const [loads, , failed] = row.all;
    const name = nameOf(row);
    const linkTo = (query: Record<string, string>) => hrefOf('loads', { query: { ...of, ...query } });
    return (
      <tr>
        <th scope="row">
          <CellLink href={linkTo({})} isStop={isFirst}>
            <bdi class="clipped" title={name}>
              {name}
            </bdi>
          </CellLink>
        </th>
        <td class="number total">{count(loads)}</td>
        <td class={`number ${failed > 0 ? 'tone-error' : 'quiet'}`}>
          {failed > 0 ? <CellLink href={linkTo({ state: 'failed' })}>{count(failed)}</CellLink> : '0'}
        </td>
        <Cell counts={row.all} about={name} href={linkTo({})} />
        {row.cells.map((counts, index) => {
          const component = components[index];
          if (!component) return null;
          return (
            <Cell
              key={component.component}
              counts={counts}
              about={`${name}, ${component.name}`}
              href={linkTo({ component: component.component, ...(counts[2] > 0 && { state: 'failed' }) })}
            />
          );
        })}
      </tr>
    );
  }
}

function Cell({ counts, about, href }: { counts: ShortCounts; about: string; href: string | undefined }) {
  const success = successOf(counts);
  const step = stepOf(counts);
  if (success === null)
    return (
      <td class="cell-none" title={`${about}: ${counts[0] === 0 ? 'no loads' : 'all are skipped'}`}>
        –
      </td>
    );
  return (
    <td class={`cell-${step}`}>
      <CellLink href={href} title={`${about}: ${wordsOf(counts)}`}>
        {percentDigits(success)}
      </CellLink>
    </td>
  );
}

interface CellLinkProps {
  readonly href: string | undefined;
  readonly isStop?: boolean;
  readonly title?: string;
  readonly children: ComponentChildren;
}

function CellLink({ href, isStop, title, children }: CellLinkProps) {
  const about = title === undefined ? {} : { title };
  if (href === undefined) return <span {...about}>{children}</span>;
  return (
    <a data-cell href={href} tabIndex={isStop ? 0 : -1} {...about}>
      {children}
    </a>
  );
}

function wordsOf([total, registered, failed, waiting, skipped]: ShortCounts): string {
  const rest = Object.entries({ failed, waiting, skipped })
    .filter(([, value]) => value > 0)
    .map(([word, value]) => `, ${count(value)} ${word}`)
    .join('');
  return `${count(registered)} of ${count(total)} loads registered${rest}`;
}
