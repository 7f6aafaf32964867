import { createHash } from 'node:crypto';

/** 64 bits of SHA-256 in hexadecimal, lower case: tells texts apart that are too long, or may not be sent. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
