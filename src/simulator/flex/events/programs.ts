import { createCollection, type Handlers, type Manner } from '../../machine/collection.ts';
import { type Handler, json } from '../../machine/dialect.ts';
import { createSlots, type Slots } from '../../machine/slots.ts';
import type { FlexFleet } from '../flex-fleet.ts';
import { type PageQuery, readPageQuery } from '../page-query.ts';
import { refuse, refuseFields } from '../problems.ts';
import { checkProgram, type ProgramBody } from './event-check.ts';

export interface HeldPrograms {
  readonly slots: Slots<ProgramBody>;
  readonly handlers: Handlers;
  /** `/programs/{id}/resources`: the loads that are enrolled. */
  readonly enrolment: Readonly<Record<'GET' | 'POST', Handler>>;
  lines(): Iterable<object>;
  enrolments(): Iterable<object>;
  /** Of a resource that is no more. */
  forgetResource(n: number): void;
  wipe(): void;
}

/** `/programs`, whose names are unique. `isUsed`: whether a program has events, and so cannot be deleted. */
export function createPrograms(
  manner: Manner,
  fleet: FlexFleet,
  isUsed: (programId: string) => boolean,
): HeldPrograms {
  const slots = createSlots<ProgramBody>(manner.switches);
  /** The numbers of resources, by that of their program. */
  const enrolled = new Map<number, Set<number>>();
  const get = (n: number) => slots.get(n) as ProgramBody;
  const named = (name: string) => [...slots.numbers()].find((n) => get(n).program_name === name);
  const tell = (n: number) => {
    const { program_name, program_type = null, description = null } = get(n);
    return { id: slots.idOf(n), program_name, program_type, description };
  };
  const handlers = createCollection<ProgramBody, PageQuery>(manner, slots, {
    kind: 'Program',
    query: (text) => readPageQuery(text, ['program_name'], Infinity),
    callerFirst: () => true,
    findsFirst: true,
    read(body) {
      refuseFields(checkProgram(body));
      return body as ProgramBody;
    },
    reaches: () => true,
    narrow(_, { filters: { program_name } }) {
      return program_name === undefined ? undefined : { among: [named(program_name) ?? []].flat() };
    },
    duplicates: () => '409-id',
    add(body) {
      const there = named(body.program_name);
      return there === undefined ? slots.add(body) : { there };
    },
    replace(n, body) {
      if ((named(body.program_name) ?? n) !== n) refuse(409, 'Program already exists');
      slots.replace(n, body);
    },
    remove(n) {
      if (isUsed(slots.idOf(n))) refuse(409, 'Program has events');
      slots.remove(n);
      enrolled.delete(n);
    },
    json: (n) => JSON.stringify(tell(n)),
  });
  return {
    slots,
    handlers,
    enrolment: enrolmentHandlers(manner, fleet, slots, enrolled),
    *lines() {
      for (const n of slots.numbers()) yield tell(n);
    },
    *enrolments() {
      for (const [n, resources] of enrolled) {
        const { id: program, program_name: name } = tell(n);
        for (const one of resources) yield { program, name, ...resourceOf(fleet, one) };
      }
    },
    forgetResource(n) {
      for (const resources of enrolled.values()) resources.delete(n);
    },
    wipe() {
      slots.wipe();
      enrolled.clear();
    },
  };
}

function resourceOf(fleet: FlexFleet, n: number): { resource: string; externalId: string | undefined } {
  return { resource: fleet.resources.idOf(n), externalId: fleet.describe(n).externalId };
}

function enrolmentHandlers(
  manner: Manner,
  fleet: FlexFleet,
  programs: Slots<ProgramBody>,
  enrolled: Map<number, Set<number>>,
): HeldPrograms['enrolment'] {
  const programAt = (id: string) => programs.find(id) ?? refuse(404, 'Program not found');
  return {
    GET(call, [id = '']) {
      manner.identify(call);
      const { skip, limit } = readPageQuery(call.query, []);
      const resources = [...(enrolled.get(programAt(id)) ?? [])].slice(skip, skip + limit);
      const told = resources.map((n) => {
        const { resource, externalId } = resourceOf(fleet, n);
        return { program_id: id, resource_id: resource, external_resource_id: externalId };
      });
      return json(200, told);
    },
    POST(call, [id = '']) {
      manner.identify(call);
      const resourceId = readResourceId(call.query);
      const program = programAt(id);
      const resource = fleet.resources.find(resourceId) ?? refuse(404, 'Resource not found');
      const resources = enrolled.get(program) ?? new Set<number>();
      enrolled.set(program, resources);
      const isNew = !resources.has(resource);
      resources.add(resource);
      return json(isNew ? 201 : 200, { program_id: id, resource_id: resourceId, status: 'enrolled' });
    },
  };
}

/** 422 where the query is wrong. */
function readResourceId(text: string): string {
  const query = new URLSearchParams(text);
  for (const name of query.keys()) {
    if (name !== 'resource_id')
      refuseFields([{ loc: ['query', name], msg: 'Extra inputs are not permitted' }]);
  }
  const resourceId = query.get('resource_id') ?? '';
  if (resourceId === '') refuseFields([{ loc: ['query', 'resource_id'], msg: 'Field required' }]);
  return resourceId;
}
