import type { z } from 'zod';

/** One operation of an OpenAPI document. */
export interface Operation<Answer extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` for each path parameter. */
  readonly path: string;
  /** The schema of a good answer. */
  readonly answer: Answer;
  /** The OAuth2 scope that the document names for it; none where the operation is open to all. */
  readonly scope: string | undefined;
  /** Whether the body is a form, as OAuth2 wants it, and not JSON. */
  readonly form?: boolean;
}

/** A version's operations by operationId. */
export type OperationTable = Readonly<Record<string, Operation>>;

/** The answer of an operation, once it was checked. */
export type AnswerOf<T extends OperationTable, Id extends keyof T> = z.output<T[Id]['answer']>;

const maker =
  (method: Operation['method']) =>
  <Answer extends z.ZodType>(path: string, answer: Answer, scope?: string): Operation<Answer> => ({
    method,
    path,
    answer,
    scope,
  });

export const get = maker('GET');
export const post = maker('POST');
export const put = maker('PUT');
export const remove = maker('DELETE');

/** The operationIds of each kind of object, the same in both versions, and the path parameter for its ID. */
export const objectOperations = {
  programs: {
    list: 'searchAllPrograms',
    create: 'createProgram',
    get: 'searchProgramByProgramId',
    update: 'updateProgram',
    delete: 'deleteProgram',
    param: 'programID',
  },
  events: {
    list: 'searchAllEvents',
    create: 'createEvent',
    get: 'searchEventsByID',
    update: 'updateEvent',
    delete: 'deleteEvent',
    param: 'eventID',
  },
  reports: {
    list: 'searchAllReports',
    create: 'createReport',
    get: 'searchReportsByReportID',
    update: 'updateReport',
    delete: 'deleteReport',
    param: 'reportID',
  },
  subscriptions: {
    list: 'searchSubscriptions',
    create: 'createSubscription',
    get: 'searchSubscriptionByID',
    update: 'updateSubscription',
    delete: 'deleteSubscription',
    param: 'subscriptionID',
  },
  vens: {
    list: 'searchVens',
    create: 'createVen',
    get: 'searchVenByID',
    update: 'updateVen',
    delete: 'deleteVen',
    param: 'venID',
  },
  resources: {
    list: 'searchVenResources',
    create: 'createResource',
    get: 'searchVenResourceByID',
    update: 'updateVenResource',
    delete: 'deleteVenResource',
    param: 'resourceID',
  },
} as const;
