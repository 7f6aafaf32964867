import type { Caller } from '../../machine/tokens.ts';
import { refuse } from '../problem.ts';
import { invalid, objectBody } from '../readers.ts';
import { hasScope } from './scopes.ts';

/** The body of a request and its type, such as `BL_VEN_REQUEST` or `VEN_VEN_REQUEST`; 400 for another. */
export function readTyped(
  value: unknown,
  kind: 'VEN' | 'RESOURCE',
): { body: Record<string, unknown>; type: string; asBl: boolean } {
  const body = objectBody(value);
  const type = body.objectType;
  const [bl, ven] = [`BL_${kind}_REQUEST`, `VEN_${kind}_REQUEST`];
  if (type === undefined) return invalid('objectType', 'missing field `objectType`');
  return type === bl || type === ven
    ? { body, type, asBl: type === bl }
    : invalid('objectType', `unknown variant \`${type}\`, expected \`${bl}\` or \`${ven}\``);
}

/** 400 where a request is not of the type that the caller is to send. */
export function demandType(caller: Caller, { type, asBl }: { type: string; asBl: boolean }): void {
  const isBl = hasScope(caller, 'write_vens_bl');
  if (asBl === isBl) return;
  refuse(400, `Did receive a ${type}, but user is authenticated as a ${isBl ? 'BL' : 'VEN'} client`);
}
