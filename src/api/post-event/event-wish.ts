/** What somebody wants a VTN's event to say. What is undefined is left to the VTN, or as it is. */
export interface EventWish {
  /** Its id on the VTN, or its name; one of that name is made where there is none. Default: `venfleet trial`. */
  readonly program?: string | undefined;
  readonly name?: string | undefined;
  /** What is asked in its only interval. A new event has one, or its `SIMPLE` is 1. */
  readonly type?: string | undefined;
  readonly values?: readonly (number | string | boolean)[] | undefined;
  /** `now`: as soon as a VEN hears of it (the sentinel of OpenADR). Default of a new event: this moment. */
  readonly start?: Date | 'now' | undefined;
  /** ISO 8601; `P9999Y`: without end. Default of a new event: `PT1H`. */
  readonly duration?: string | undefined;
  /** ISO 8601. */
  readonly randomizeStart?: string | undefined;
  readonly priority?: number | undefined;
  /** `type` is null where the VTN's targets are plain texts. */
  readonly targets?: readonly { readonly type: string | null; readonly value: string }[] | undefined;
  /** The payload types of reports that it asks for. */
  readonly reports?: readonly string[] | undefined;
}

export type EventAction =
  | { readonly kind: 'create' }
  | { readonly kind: 'modify' | 'cancel'; readonly id: string };

/** An event that the VTN has taken. */
export interface PostedEvent {
  readonly id: string;
  readonly programId: string;
  /** Whether the program was made for it. */
  readonly programMade: boolean;
}

const defaultType = 'SIMPLE';
const defaultValues = [1];

/** Makes, changes and cancels events on one kind of VTN. Throws where it refuses. */
export interface EventPoster {
  create(wish: EventWish): Promise<PostedEvent>;
  /** Keeps what the wish does not name. */
  modify(id: string, wish: EventWish): Promise<PostedEvent>;
  cancel(id: string): Promise<PostedEvent>;
}

interface Payload {
  readonly type: string;
  readonly values: readonly unknown[];
}

/** The payload that is wished for; `before`: that of the event until now. Undefined: it stays. */
export function payloadOf({ type, values }: EventWish, before?: Payload): Payload | undefined {
  if (before && type === undefined && values === undefined) return undefined;
  const keeps = before && (type === undefined || type === before.type);
  return {
    type: type ?? before?.type ?? defaultType,
    values: values ?? (keeps ? before.values : defaultValues),
  };
}
