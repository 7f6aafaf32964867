/** Good answers, as a conforming VTN gives them. */
const metadata = (objectType: string, id = `${objectType.toLowerCase()}-1`) => ({
  id,
  createdDateTime: '2026-03-01T12:00:00Z',
  modificationDateTime: '2026-03-01T12:00:00.123Z',
  objectType,
});

const valuesMap = { type: 'PRICE', values: [0.17, 'x', true, { x: 1, y: 2.5 }] };
const interval = (start: string) => ({
  id: 0,
  intervalPeriod: { start, duration: 'PT1H', randomizeStart: 'PT5M' },
  payloads: [valuesMap],
});
const reportResources = [
  { resourceName: 'AGGREGATED_REPORT', intervals: [interval('2026-03-01T12:00:00+00:00')] },
];
const objectOperations = [
  {
    objects: ['EVENT'],
    operations: ['CREATE', 'UPDATE'],
    callbackUrl: 'https://ven.example/callback',
    bearerToken: 'callback-secret',
  },
];

/** Objects of 3.0, by kind. */
export const samples30 = {
  programs: {
    ...metadata('PROGRAM'),
    programName: 'ResTOU',
    country: 'DK',
    bindingEvents: false,
    timeZoneOffset: '-PT1H',
    payloadDescriptors: [
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'DKK' },
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'USAGE', confidence: 90 },
    ],
    targets: [{ type: 'GROUP', values: ['hotels'] }],
  },
  events: {
    ...metadata('EVENT'),
    programID: 'program-1',
    priority: 0,
    reportDescriptors: [{ payloadType: 'USAGE', repeat: -1 }],
    payloadDescriptors: [{ payloadType: 'PRICE' }],
    intervals: [interval('0001-01-01')],
  },
  reports: {
    ...metadata('REPORT'),
    programID: 'program-1',
    eventID: 'event-1',
    clientName: 'VEN-1',
    resources: reportResources,
  },
  subscriptions: {
    ...metadata('SUBSCRIPTION'),
    clientName: 'VEN-1',
    programID: 'program-1',
    objectOperations,
  },
  vens: {
    ...metadata('VEN'),
    venName: 'Ålborg',
    resources: [{ ...metadata('RESOURCE'), resourceName: 'Hotel' }],
  },
  resources: {
    ...metadata('RESOURCE'),
    resourceName: 'Hotel ABC',
    venID: 'ven-1',
    attributes: [{ type: 'LOCATION', values: [9.7, 57.1] }],
    targets: [{ type: 'RESOURCE_NAME', values: ['Hotel ABC'] }],
  },
};

/** Objects of 3.1, by kind. */
export const samples31 = {
  programs: {
    ...metadata('PROGRAM'),
    programName: 'ResTOU',
    programDescriptions: [{ URL: 'https://vtn.example/about' }],
    targets: ['hotels'],
  },
  events: {
    ...metadata('EVENT'),
    programID: 'program-1',
    duration: 'P0Y0M0DT1H0M0.5S',
    reportDescriptors: [{ payloadType: 'USAGE', reportIntervals: 'SUB_INTERVALS', targets: ['a'] }],
    intervalPeriod: { start: '0001-01-01T00:00:00', duration: 'P9999Y' },
    targets: null,
  },
  reports: {
    ...metadata('REPORT'),
    clientID: 'client-1',
    eventID: 'event-1',
    clientName: 'VEN-1',
    resources: reportResources,
  },
  subscriptions: {
    ...metadata('SUBSCRIPTION'),
    clientID: 'client-1',
    clientName: 'VEN-1',
    objectOperations,
  },
  vens: { ...metadata('VEN'), clientID: 'client-1', venName: 'Ålborg', attributes: [valuesMap] },
  resources: {
    ...metadata('RESOURCE'),
    clientID: 'client-1',
    venID: 'ven-1',
    resourceName: 'Hotel ABC',
    targets: ['707057500504404881', 'hotels'],
  },
};

export const notifiers31 = {
  WEBHOOK: true,
  MQTT: {
    URIS: ['mqtts://broker.example'],
    serialization: 'JSON',
    authentication: { method: 'OAUTH2_BEARER_TOKEN', username: '{clientID}' },
  },
};

export const topics31 = { topics: { UPDATE: 'vens/1/update', DELETE: 'vens/1/delete' } };
