import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { describeError, VenfleetError } from '../core/errors.ts';
import { buildCommand } from './command.ts';
import { demo } from './demo.ts';
import { generate } from './generate.ts';
import { importSites } from './import.ts';
import { register } from './register.ts';
import { status } from './status.ts';
import { vtn } from './vtn.ts';

/** In the order of the help. */
const commands = [demo, generate, importSites, register, status, vtn];

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * Runs the command line and sets the process's exit code: 0 all well, 1 some loads failed, 2 wrong use or a
 * bad environment, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // Overwrites the arguments in the process list: one of them may be a token.
  process.title = 'venfleet';
  endQuietlyWhenNobodyReads(process.stdout);
  endQuietlyWhenNobodyReads(process.stderr);
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

function createProgram(): Command {
  const program = new Command('venfleet')
    .description('Brings a whole fleet of electrical loads onto an OpenADR 3 VTN, and keeps it there.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const done = (exitCode: number) => {
    process.exitCode = exitCode;
  };
  for (const command of commands) {
    // biome-ignore lint/suspicious/noExplicitAny: each command names its own options
    program.addCommand(buildCommand(command as any, done).copyInheritedSettings(program));
  }
  program.addHelpText('after', '\nBegin with: venfleet demo');
  return program;
}

/** Says on standard error what went wrong, in one line and a hint; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    process.stderr.write(`venfleet: ${message} See "venfleet --help".\n`);
    return 2;
  }
  if (error instanceof VenfleetError) {
    process.stderr.write(`venfleet: ${error.message} ${error.hint} [${error.code}]\n`);
    return 2;
  }
  process.stderr.write(`venfleet: unexpected error: ${describeError(error)}\n`);
  if (process.env.VENFLEET_LOG_LEVEL === 'trace' && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return 2;
}

/** `venfleet … | head` closes the pipe early: no reason for a stack trace. */
function endQuietlyWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
