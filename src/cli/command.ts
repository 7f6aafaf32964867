import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { describeError, VenfleetError } from '../core/errors.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { type OptionSpec, type OptionValues, type ResolvedOptions, resolveOptions } from '../core/options.ts';
import { groupHeading, inHelpOrder, lastGroup, type OptionName, options } from './options/option-table.ts';
import { tell } from './render/output.ts';
import { readTextFile } from './text-file.ts';

type Picked<N extends OptionName> = Pick<typeof options, N>;

/** What a command gets when it runs. */
export interface CommandContext<N extends OptionName = OptionName> {
  /** The command's name. */
  readonly command: string;
  readonly values: OptionValues<Picked<N>>;
  readonly sourceOf: ResolvedOptions<Picked<N>>['sourceOf'];
  readonly nearest: ResolvedOptions<Picked<N>>['nearest'];
  readonly args: readonly string[];
  readonly log: Logger;
  /** Aborts at the first Ctrl-C (or SIGTERM); a second one ends the process at once. */
  readonly signal: AbortSignal;
}

export interface CommandDefinition<N extends OptionName = OptionName> {
  /** As it is called: `report history` is a command below `report`. */
  readonly name: string;
  /** What the help says after the command's summary. */
  readonly description?: string;
  /** Positional arguments, as commander writes them: `<file...>`. */
  readonly args?: string;
  readonly options: readonly N[];
  readonly examples: readonly string[];
  /** Resolves to the exit code. */
  run(context: CommandContext<N>): Promise<number>;
}

/** Options that every command has. */
const everywhere = ['config', 'logLevel'] as const;

/** Makes commander's command of a definition; `begun` learns whether it is to print JSON, `done` gets the exit code. */
export function buildCommand<N extends OptionName>(
  definition: CommandDefinition<N>,
  summary: string,
  { begun, done }: { begun(json: boolean): void; done(exitCode: number): void },
): Command {
  const command = new Command(definition.name.split(' ').at(-1))
    .summary(summary)
    .description([summary, definition.description].filter(Boolean).join('\n\n'));
  if (definition.args) command.arguments(definition.args);
  const names = [...definition.options, ...everywhere];
  for (const name of inHelpOrder(names)) addOption(command, definition.name, name);
  const examples = definition.examples.map((example) => `  $ ${example}`);
  command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  command.addHelpText(
    'after',
    '\nEach option is also an environment variable (VENFLEET_…) and a key of the\nconfiguration file.',
  );
  command.action(async () => {
    const resolved = resolveFor(definition.name, names, command.opts());
    const values = resolved.values as CommandContext<N>['values'];
    const { logLevel, json } = resolved.values as OptionValues<Picked<'logLevel'>> & { json?: boolean };
    begun(json ?? false);
    const log = createLogger(logLevel);
    try {
      done(
        await definition.run({
          command: definition.name,
          values,
          sourceOf: resolved.sourceOf as CommandContext<N>['sourceOf'],
          nearest: resolved.nearest as CommandContext<N>['nearest'],
          args: command.args,
          log,
          signal: interruptSignal(),
        }),
      );
    } catch (error) {
      logEnd(log, definition.name, error);
      throw error;
    }
  });
  return command;
}

/** The help of a command, as an option of it. */
export function helpOption(): Option {
  return new Option('-h, --help', 'show this help').helpGroup(lastGroup);
}

/** Logs the error that ends a command. */
function logEnd(log: Logger, command: string, error: unknown): void {
  const code = error instanceof VenfleetError ? error.code : 'unexpected';
  log.error({ command, code }, describeError(error));
}

/** Options that may be given several times. */
const repeatable: ReadonlySet<OptionName> = new Set([
  'ven',
  'component',
  'load',
  'set',
  'value',
  'target',
  'sink',
  'report',
]);

function addOption(command: Command, commandName: string, name: OptionName): void {
  const spec = options[name];
  if (!('flags' in spec)) return;
  const { help: usual, helpOf = {}, headingOf = {}, noDefaultIn = [] }: OptionSpec = spec;
  const hasDefault = 'default' in spec && spec.default !== false && !noDefaultIn.includes(commandName);
  const help = `${helpOf[commandName] ?? usual}${hasDefault ? ` (default: ${spec.default})` : ''}`;
  // Commander must not split lists or set defaults: `resolveOptions` looks at all the sources.
  const collect = (value: string, earlier: string[] | undefined) => [...(earlier ?? []), value];
  const option = new Option(spec.flags, help);
  option.helpGroup(headingOf[commandName] ?? groupHeading(name));
  if (repeatable.has(name)) option.argParser(collect);
  command.addOption(option);
}

function resolveFor(command: string, names: readonly OptionName[], flags: Record<string, unknown>) {
  const { env } = process;
  warnOfUnknownVariables(env);
  const table = Object.fromEntries(names.map((name) => [name, options[name]])) as typeof options;
  return resolveOptions(table, {
    command,
    flags,
    env,
    file: readConfig(flags.config ?? env.VENFLEET_CONFIG),
  });
}

const usualConfig = 'venfleet.config.json';

/** The configuration file named, or the usual one where there is one. Throws BAD_CONFIG. */
function readConfig(named: unknown) {
  const path = typeof named === 'string' && named ? named : usualConfig;
  if (path === usualConfig && !named && !existsSync(path)) return undefined;
  const bad = (problem: string, cause?: unknown) =>
    new VenfleetError('BAD_CONFIG', { path, problem }, { cause });
  let content: string;
  try {
    content = readTextFile(path);
  } catch (error) {
    throw bad(`${describeError(error)}.`, error);
  }
  let values: unknown;
  try {
    values = JSON.parse(content);
  } catch (error) {
    // The parser's own words quote the file, which may hold a token: only the place is taken from them.
    const place = /line \d+ column \d+/.exec(describeError(error));
    throw bad(place ? `it is not JSON (${place[0]}).` : 'it is not JSON.');
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw bad('it must hold a JSON object.');
  const unknown = Object.keys(values).filter((key) => !(key in options) || key === 'config');
  if (unknown.length > 0) throw bad(`unknown key "${unknown.join('", "')}".`);
  return { path, values: values as Record<string, unknown> };
}

/** A misspelt variable would silently do nothing. */
function warnOfUnknownVariables(env: NodeJS.ProcessEnv): void {
  const known = new Set<string>(Object.values(options).map((option) => option.env));
  for (const name of Object.keys(env)) {
    if (name.startsWith('VENFLEET_') && !known.has(name)) {
      tell(`venfleet: warning: unknown environment variable ${name} is ignored`);
    }
  }
}

function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
