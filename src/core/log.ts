import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

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

/** A logger that writes JSON lines to standard error, with secrets removed. */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLogger: Logger = pino({ level: 'silent' });
