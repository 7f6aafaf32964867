import type { Reply } from './dialect.ts';

/** Thrown where a request goes no further; carries its answer. No Error: nobody needs its stack. */
export class Refusal {
  readonly reply: Reply;

  constructor(reply: Reply) {
    this.reply = reply;
  }
}
