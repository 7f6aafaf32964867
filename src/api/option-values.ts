/*
 * The defaults, the bounds and the words of options that the library and the command line both have: its checks
 * (`check-options.ts`) and the table of the command line take them from here. It is loaded at every start of the
 * program, so it imports nothing large.
 */
import { longestGraceMs } from '../core/retry.ts';
import { fleetSizeBounds } from '../fleet/generate/fleet-size.ts';

export { defaultGraceMs, defaultRetryPolicy } from '../core/retry.ts';
export { pacingBounds } from '../delivery/pacing/pacing-bounds.ts';
export { fleetSizeBounds, referenceFleet } from '../fleet/generate/fleet-size.ts';
export { meterHoursBounds, referenceMeterData } from '../fleet/generate/meter-reference.ts';
export { authStyles } from '../openadr/oauth/auth-styles.ts';
export { defaultAnchorNames } from '../profiles/anchor-profile.ts';
export { defaultProfile, namesOfProfiles, profileNamed, profileNames } from '../profiles/choose-profile.ts';
export { targetRules } from '../profiles/events-profile.ts';
export { openAdrRoles } from '../profiles/openadr-role.ts';
export { serviceLocationShapes } from '../profiles/profile.ts';
export { otherVtnChoices } from '../registration/other-vtn-choices.ts';
export { defaultEventDuration, defaultEventProgram } from './post-event/defaults.ts';

export const defaultDbPath = './config/resources.db';
export const defaultVtnUrl = 'http://localhost:8000';

/** Least and most. */
export type Bounds = readonly [least: number, most: number];

export const limitVensBounds: Bounds = fleetSizeBounds.vens;
export const graceMsBounds: Bounds = [0, longestGraceMs];
/** How many loads may fail before a run counts as hopeless. */
export const maxFailuresBounds: Bounds = [0, 1_000_000_000];
export { defaultMaxFailures } from '../delivery/failure-bound.ts';
/** Bytes that the body of a report may have: OpenLEADR takes 2,097,152. */
export const defaultMaxBodyBytes = 2_000_000;
export const maxBodyBounds: Bounds = [1_000, 1_000_000_000];
/** How many hours back `report live` reports what was not reported yet. */
export const defaultCatchUpHours = 24;
export const catchUpHoursBounds: Bounds = [0, 24 * 366];
/** How fast a replayed time may pass. */
export const speedBounds: Bounds = [0.001, 1_000_000];
export { doubtChoices } from '../metering/doubt-choices.ts';
export { compressions, measures } from '../profiles/metering-profile.ts';
/** How many resources `apply` may remove. */
export const maxRemovalsBounds: Bounds = [0, 1_000_000_000];
/** How many failures or loads `status` lists. */
export const listedBounds: Bounds = [0, 1_000_000];

export { defaultTopic } from '../events/dispatch/topic.ts';
/** Seconds between two readings of events. */
export const defaultPollSeconds = 30;
export const pollSecondsBounds = [1, 86_400] as const;
/** Days for which events that are over are remembered: a year, and what it takes to settle it. 0: for ever. */
export const defaultKeepEventsDays = 400;
export const keepEventsDaysBounds = [0, 36_500] as const;

/** Seconds between two comparisons of fleet and VTN. */
export const reconcileSecondsBounds = [1, 86_400 * 20] as const;
export { driftChoices } from './keep/drift-choices.ts';
