import type { AuthStyle } from '../openadr/oauth/auth-styles.ts';
import type { AnchorProfile } from './anchor-profile.ts';
import type { EventsOptions, EventsProfile } from './events-profile.ts';
import type { MeteringOptions, MeteringProfile } from './metering-profile.ts';
import type { OpenAdrRole } from './openadr-role.ts';
import type { PushOptions, PushProfile } from './push-profile.ts';
import type { ReconciliationProfile } from './reconciliation-profile.ts';

/** How a gateway wants the service location: the meter point id alone, or an object with coordinates. */
export const serviceLocationShapes = ['string', 'object'] as const;
export type ServiceLocationShape = (typeof serviceLocationShapes)[number];

/** What is to be chosen for only some kinds of VTN; the others take no notice. Plain data, so that threads can have it. */
export interface ProfileOptions {
  /** Default BL. */
  readonly role?: OpenAdrRole | undefined;
  /** Default `string`. */
  readonly serviceLocation?: ServiceLocationShape | undefined;
  /**
   * The clientID of a VEN that is created as BL (one that is there already keeps its own, also for its resources);
   * `{ven}` stands for the VEN's name in the form that a clientID may have. Default `{ven}`.
   */
  readonly clientIdTemplate?: string | undefined;
}

/** A kind of VTN: what is to be known of it before any of its code is loaded. */
export interface Profile {
  /** As options and the database have it. */
  readonly name: string;
  /** The version of OpenADR 3 that such a VTN speaks; undefined where it speaks none, and cannot be asked. */
  readonly openAdrVersion: '3.0' | '3.1' | undefined;
  /** How its token endpoint takes an OAuth2 client unless it is told: in the form, or as HTTP Basic. */
  readonly authStyle: AuthStyle;
  /** The options that make a difference to it; `venCredentials`: an OAuth2 client for each VEN. */
  readonly takes: readonly (keyof ProfileOptions | 'venCredentials')[];
  /** What venfleet can do with such a VTN; the code of each is loaded when it is asked for. */
  readonly jobs: {
    /** To register VENs and loads, and to keep what is registered as the database has it. */
    registration(options: ProfileOptions): Promise<ReconciliationProfile>;
    /** To report meter data. */
    metering(options: MeteringOptions): Promise<MeteringProfile>;
    /** To read events, and to answer them. */
    events(options: EventsOptions): Promise<EventsProfile>;
    /** To be told of changes, where a VTN does that. */
    push?(options: PushOptions): Promise<PushProfile>;
    /** To make what reports are filed under; none where they are filed under nothing. */
    anchor?(options: Pick<MeteringOptions, 'measures'>): Promise<AnchorProfile>;
  };
}
