import { z } from 'zod';
import { get, type OperationTable, post, put, remove } from './operations.ts';
import { clientCredentialResponse } from './schemas/common.ts';
import { event, program, report, resource, subscription, ven } from './schemas/v30.ts';

/** Every operation of the OpenADR 3.0.1 OpenAPI document, by operationId. */
export const operations30 = {
  searchAllPrograms: get('/programs', z.array(program), 'read_all'),
  createProgram: post('/programs', program, 'write_programs'),
  searchProgramByProgramId: get('/programs/{programID}', program, 'read_all'),
  updateProgram: put('/programs/{programID}', program, 'write_programs'),
  deleteProgram: remove('/programs/{programID}', program, 'write_programs'),

  searchAllReports: get('/reports', z.array(report), 'read_all'),
  createReport: post('/reports', report, 'write_reports'),
  searchReportsByReportID: get('/reports/{reportID}', report, 'read_all'),
  updateReport: put('/reports/{reportID}', report, 'write_reports'),
  deleteReport: remove('/reports/{reportID}', report, 'write_reports'),

  searchAllEvents: get('/events', z.array(event), 'read_all'),
  createEvent: post('/events', event, 'write_events'),
  searchEventsByID: get('/events/{eventID}', event, 'read_all'),
  updateEvent: put('/events/{eventID}', event, 'write_events'),
  deleteEvent: remove('/events/{eventID}', event, 'write_events'),

  searchSubscriptions: get('/subscriptions', z.array(subscription), 'read_all'),
  createSubscription: post('/subscriptions', subscription, 'write_subscriptions'),
  searchSubscriptionByID: get('/subscriptions/{subscriptionID}', subscription, 'read_all'),
  updateSubscription: put('/subscriptions/{subscriptionID}', subscription, 'write_subscriptions'),
  deleteSubscription: remove('/subscriptions/{subscriptionID}', subscription, 'write_subscriptions'),

  searchVens: get('/vens', z.array(ven), 'read_all'),
  createVen: post('/vens', ven, 'write_vens'),
  searchVenByID: get('/vens/{venID}', ven, 'read_all'),
  updateVen: put('/vens/{venID}', ven, 'write_vens'),
  deleteVen: remove('/vens/{venID}', ven, 'write_vens'),

  searchVenResources: get('/vens/{venID}/resources', z.array(resource), 'read_all'),
  createResource: post('/vens/{venID}/resources', resource, 'write_vens'),
  searchVenResourceByID: get('/vens/{venID}/resources/{resourceID}', resource, 'read_all'),
  updateVenResource: put('/vens/{venID}/resources/{resourceID}', resource, 'write_vens'),
  deleteVenResource: remove('/vens/{venID}/resources/{resourceID}', resource, 'write_vens'),

  fetchToken: { ...post('/auth/token', clientCredentialResponse), form: true },
} as const satisfies OperationTable;
