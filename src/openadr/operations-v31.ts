import { z } from 'zod';
import { get, type OperationTable, post, put, remove } from './operations.ts';
import { clientCredentialResponse } from './schemas/common.ts';
import {
  authServerInfo,
  event,
  notifiers,
  notifierTopics,
  program,
  report,
  resource,
  subscription,
  ven,
} from './schemas/v31.ts';

/** Every operation of the OpenADR 3.1.1 OpenAPI document, by operationId. */
export const operations31 = {
  searchAllPrograms: get('/programs', z.array(program), 'read_targets'),
  createProgram: post('/programs', program, 'write_programs'),
  searchProgramByProgramId: get('/programs/{programID}', program, 'read_targets'),
  updateProgram: put('/programs/{programID}', program, 'write_programs'),
  deleteProgram: remove('/programs/{programID}', program, 'write_programs'),

  searchAllReports: get('/reports', z.array(report), 'read_ven_objects'),
  createReport: post('/reports', report, 'write_reports'),
  searchReportsByReportID: get('/reports/{reportID}', report, 'read_ven_objects'),
  updateReport: put('/reports/{reportID}', report, 'write_reports'),
  deleteReport: remove('/reports/{reportID}', report, 'write_reports'),

  searchAllEvents: get('/events', z.array(event), 'read_targets'),
  createEvent: post('/events', event, 'write_events'),
  searchEventsByID: get('/events/{eventID}', event, 'read_targets'),
  updateEvent: put('/events/{eventID}', event, 'write_events'),
  deleteEvent: remove('/events/{eventID}', event, 'write_events'),

  searchSubscriptions: get('/subscriptions', z.array(subscription), 'read_ven_objects'),
  createSubscription: post('/subscriptions', subscription, 'write_subscriptions'),
  searchSubscriptionByID: get('/subscriptions/{subscriptionID}', subscription, 'read_ven_objects'),
  updateSubscription: put('/subscriptions/{subscriptionID}', subscription, 'write_subscriptions'),
  deleteSubscription: remove('/subscriptions/{subscriptionID}', subscription, 'write_subscriptions'),

  searchVens: get('/vens', z.array(ven), 'read_ven_objects'),
  createVen: post('/vens', ven, 'write_vens'),
  searchVenByID: get('/vens/{venID}', ven, 'read_ven_objects'),
  updateVen: put('/vens/{venID}', ven, 'write_vens'),
  deleteVen: remove('/vens/{venID}', ven, 'write_vens'),

  searchVenResources: get('/resources', z.array(resource), 'read_ven_objects'),
  createResource: post('/resources', resource, 'write_vens'),
  searchVenResourceByID: get('/resources/{resourceID}', resource, 'read_ven_objects'),
  updateVenResource: put('/resources/{resourceID}', resource, 'write_vens'),
  deleteVenResource: remove('/resources/{resourceID}', resource, 'write_vens'),

  getAuthServerInfo: get('/auth/server', authServerInfo),
  fetchToken: { ...post('/auth/token', clientCredentialResponse), form: true },

  listAllNotifiers: get('/notifiers', notifiers, 'read_all'),
  listAllMqttNotifierTopicsPrograms: topics('/programs', 'read_all'),
  listAllMqttNotifierTopicsProgram: topics('/programs/{programID}', 'read_all'),
  listAllMqttNotifierTopicsProgramEvents: topics('/programs/{programID}/events', 'read_all'),
  listAllMqttNotifierTopicsEvents: topics('/events', 'read_bl'),
  listAllMqttNotifierTopicsReports: topics('/reports', 'read_bl'),
  listAllMqttNotifierTopicsSubscriptions: topics('/subscriptions', 'read_bl'),
  listAllMqttNotifierTopicsResources: topics('/resources', 'read_bl'),
  listAllMqttNotifierTopicsVens: topics('/vens', 'read_bl'),
  listAllMqttNotifierTopicsVen: topics('/vens/{venID}', 'read_ven_objects'),
  listAllMqttNotifierTopicsVenEvents: topics('/vens/{venID}/events', 'read_ven_objects'),
  listAllMqttNotifierTopicsVenPrograms: topics('/vens/{venID}/programs', 'read_ven_objects'),
  listAllMqttNotifierTopicsVenResources: topics('/vens/{venID}/resources', 'read_ven_objects'),
} as const satisfies OperationTable;

function topics(path: string, scope: string) {
  return get(`/notifiers/mqtt/topics${path}`, notifierTopics, scope);
}
