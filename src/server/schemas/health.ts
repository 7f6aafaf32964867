import { z } from 'zod';

/** The process lives. */
export const alive = z.object({ alive: z.literal(true) });
/** Whether requests can be answered; `problem`: why not, no details. */
export const ready = z.object({ ready: z.boolean(), problem: z.string().nullable() });
