import pino from 'pino';
import { visibleJson } from './visible.ts';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What is logged to: one of pino's loggers, or anything with these methods, such as `console`. */
export interface Logger {
  /** What stops the work. */
  error(fields: object, text: string): void;
  /** What failed on the way, and what is probably not meant. */
  warn(fields: object, text: string): void;
  /** Milestones. */
  info(fields: object, text: string): void;
  /** Each request and each step. */
  debug(fields: object, text: string): void;
  /** Absent: every level is enabled. */
  isLevelEnabled?(level: 'error' | 'warn' | 'info' | 'debug'): boolean;
}

/** Keys whose values never appear in a log, at the top or one level down. */
const secretKeys = [
  'token',
  'bearerToken',
  'authorization',
  'password',
  'secret',
  'clientSecret',
  'access_token',
];

/** A logger that writes JSON lines to standard error, with secrets removed, and nothing in them that steers a terminal. */
export function createLogger(level: LogLevel): pino.Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
    },
    { write: (line) => destination.write(visibleJson(line)) },
  );
}
