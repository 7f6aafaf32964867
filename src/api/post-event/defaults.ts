/** The program in which events are posted that name none. */
export const defaultEventProgram = 'venfleet trial';
/** How long they last that do not say so. */
export const defaultEventDuration = 'PT1H';
