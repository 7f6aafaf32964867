import type { FieldChange } from './compare-fields.ts';

/** What a plan says of one load or resource. Ids of resources are the VTN's. */
export type PlanAction =
  /** It is not on the VTN. `lost`: it was, as an id that is stored or remembered says; the VTN may have been wiped. */
  | (OfLoad & { readonly kind: 'create'; readonly why: 'new' | 'lost' })
  /** It is on the VTN, but not as it is here. `changes` may be empty: a VTN need not list what it was told. */
  | (OfLoad & {
      readonly kind: 'update';
      readonly resourceId: string;
      /** Its name on the VTN now. */
      readonly name: string;
      readonly changes: readonly FieldChange[];
      /** The VEN that it is under now, where that is another one: it is removed there, and created here. */
      readonly fromVen: string | null;
      /** Another id is stored for it, or none. */
      readonly adopted: boolean;
    })
  /** It is on the VTN, and should not be. */
  | {
      readonly kind: 'remove';
      readonly venName: string;
      readonly externalResourceId: string;
      readonly resourceId: string;
      /** Its name on the VTN. */
      readonly name: string;
      /** Null where the load's row is gone. */
      readonly loadId: string | null;
      readonly why: 'disabled' | 'gone' | 'asked';
      /** Another id is stored for its load. */
      readonly adopted: boolean;
    }
  /** Only the database is wrong: the id of the resource (null: it has none) is not the one that is stored. */
  | (OfLoad & {
      readonly kind: 'correct';
      readonly resourceId: string | null;
      readonly storedId: string | null;
    })
  /** Nobody but a person can decide. Nothing is done. */
  | {
      readonly kind: 'conflict';
      readonly venName: string | null;
      readonly externalResourceId: string;
      readonly loadId: string | null;
      readonly resourceIds: readonly string[];
      /**
       * `duplicate`: several resources bear its external id; `broken-row`: it cannot be sent as it is; `unlisted-ven`: it
       * may be under another VEN, which could not be listed.
       */
      readonly why: 'duplicate' | 'broken-row' | 'unlisted-ven';
      readonly text: string;
    }
  /** A resource that is not ours. Nothing is done. */
  | {
      readonly kind: 'stranger';
      readonly venName: string | null;
      readonly resourceId: string;
      readonly name: string;
      readonly externalResourceId: string | null;
    };

interface OfLoad {
  readonly venName: string;
  readonly loadId: string;
  readonly externalResourceId: string;
}

export type ActionKind = PlanAction['kind'];

export const actionKinds: readonly ActionKind[] = [
  'create',
  'update',
  'remove',
  'correct',
  'conflict',
  'stranger',
];

export type ActionCounts = Record<ActionKind, number>;

/** Whether a plan of these counts holds anything to carry out: conflicts and strangers stay as they are. */
export function hasChanges({ create, update, remove, correct }: ActionCounts): boolean {
  return create + update + remove + correct > 0;
}

export function noActions(): ActionCounts {
  return { create: 0, update: 0, remove: 0, correct: 0, conflict: 0, stranger: 0 };
}
