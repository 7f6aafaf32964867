import { Command, CommanderError } from 'commander';
import { describeError, VenfleetError } from '../core/errors.ts';
import { buildCommand, type CommandDefinition, helpOption } from './command.ts';
import { exitCodeOf } from './exit-code.ts';
import { errorJsonValue } from './render/error-json.ts';
import { printJson, tell } from './render/output.ts';
import { version } from './version.ts';

// biome-ignore lint/suspicious/noExplicitAny: each command names its own options
type AnyCommand = CommandDefinition<any>;

/** In the order of the help. A command is loaded when it is called: most need little of what all need. */
export const commands: Record<string, { summary: string; load: () => Promise<AnyCommand> }> = {
  demo: {
    summary: 'Make the reference fleet, start a VTN simulator and register every load on it',
    load: async () => (await import('./demo.ts')).demo,
  },
  generate: {
    summary: 'Make a fleet database of made-up sites in Danish towns; by default the reference fleet',
    load: async () => (await import('./generate.ts')).generate,
  },
  import: {
    summary: 'Bring sites of your own into the fleet database from CSV files',
    load: async () => (await import('./import.ts')).importSites,
  },
  register: {
    summary: 'Register every load of the fleet on the VTN, each as a resource of its own',
    load: async () => (await import('./register.ts')).register,
  },
  plan: {
    summary: 'Compare the database with the VTN, and show what it takes to make them agree; change nothing',
    load: async () => (await import('./plan.ts')).plan,
  },
  apply: {
    summary: 'Make the VTN agree with the database: plan, ask, then create, update and remove',
    load: async () => (await import('./apply.ts')).apply,
  },
  deregister: {
    summary: "Take a VEN's loads off the VTN",
    load: async () => (await import('./deregister.ts')).deregister,
  },
  verify: {
    summary: 'Answer with the exit code whether the VTN holds what the database says',
    load: async () => (await import('./verify.ts')).verify,
  },
  status: {
    summary: 'Show how far the registration is: by status, VEN and load component, with the latest failures',
    load: async () => (await import('./status.ts')).status,
  },
  'report prepare': {
    summary: 'Make the program and the event on the VTN that OpenADR reports are filed under, or find them',
    load: async () => (await import('./report/prepare.ts')).prepare,
  },
  'report history': {
    summary: 'Report all readings of a meter file, load by load, that were not reported yet',
    load: async () => (await import('./report/history.ts')).history,
  },
  'report live': {
    summary: "Report each load's newest readings as they come due, until it is stopped",
    load: async () => (await import('./report/live.ts')).live,
  },
  events: {
    summary: 'Bring events to the loads that they mean, on time, until it is stopped',
    load: async () => (await import('./events.ts')).events,
  },
  'events enrol': {
    summary:
      'Enrol the registered loads in a program, where events are only for loads that are (flex-gateway)',
    load: async () => (await import('./events/enrol.ts')).eventsEnrol,
  },
  'events list': {
    summary: 'List the events that the database remembers, and what became of them',
    load: async () => (await import('./events/list.ts')).eventsList,
  },
  'events show': {
    summary: 'Show an event: its versions, what was decided about it, and what became of it at each sink',
    load: async () => (await import('./events/show.ts')).eventsShow,
  },
  'events history': {
    summary: 'Show what was handed to a load, or of an event',
    load: async () => (await import('./events/history.ts')).eventsHistory,
  },
  'events explain': {
    summary: 'Explain which loads an event means, why, and what each is to do when',
    load: async () => (await import('./events/explain.ts')).eventsExplain,
  },
  'report status': {
    summary: 'Show what was reported: by VEN and load component, until when, with the latest failures',
    load: async () => (await import('./report/status.ts')).reportStatus,
  },
  serve: {
    summary:
      'Keep the fleet on the VTN: register, compare, follow events and report, in one process with a page',
    load: async () => (await import('./serve.ts')).serve,
  },
  'serve demo': {
    summary: 'Show all that with a fleet, readings, a VTN simulator and events that are made for it',
    load: async () => (await import('./serve-demo.ts')).serveDemo,
  },
  vtn: {
    summary: 'Run a VTN simulator on this machine, as awkward as you like',
    load: async () => (await import('./vtn.ts')).vtn,
  },
  'vtn event': {
    summary: 'Post an event to a VTN, change it or cancel it: to try out what loads make of it',
    load: async () => (await import('./vtn-event.ts')).vtnEvent,
  },
};

/** What is said of commands that have others below them. */
const families: Readonly<Record<string, string>> = {
  report: 'Report meter data to the VTN, load by load',
};

/**
 * Runs the command line and sets the process's exit code: 0 all well, 1 some loads failed, 2 wrong use or a
 * bad environment, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // Overwrites the arguments in the process list: one of them may be a token.
  process.title = 'venfleet';
  outliveReaders(process.stdout);
  outliveReaders(process.stderr);
  // What cannot be read as options yet may say so.
  let json = argv.includes('--json');
  const begun = (wantsJson: boolean) => {
    json = wantsJson;
  };
  try {
    const program = await createProgram(argv, begun);
    const [first, ...topic] = argv;
    // Commander would show the whole help where there is no such command, and that of the family of one.
    const asked = first === 'help' && topic.length > 0 ? helpArguments(topic) : argv;
    await program.parseAsync([...asked], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, argv, json);
  }
}

async function createProgram(argv: readonly string[], begun: (json: boolean) => void): Promise<Command> {
  const program = new Command('venfleet')
    .description('Brings a whole fleet of electrical loads onto an OpenADR 3 VTN, and keeps it there.')
    .version(version, '-V, --version')
    // What stands behind the name of a command is that one's, also where one above it has the same option.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const done = (exitCode: number) => {
    process.exitCode = exitCode;
  };
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const words = name.split(' ');
    const command = words.every((word) => argv.includes(word))
      ? buildCommand(await load(), summary, { begun, done })
      : new Command(words.at(-1)).summary(summary);
    const parent = words.length > 1 ? familyOf(program, words[0] as string) : program;
    parent.addCommand(command.copyInheritedSettings(program).addHelpOption(helpOption()));
  }
  program.addHelpText('after', '\nBegin with: venfleet demo');
  return program;
}

/** What shows the help of a command, or says that there is none. */
function helpArguments(topic: readonly string[]): readonly string[] {
  return calledIn(topic) === undefined ? topic : [...topic, '--help'];
}

/** The command that has others below it; made with the first of them, unless it is one itself (`vtn`). */
function familyOf(program: Command, name: string): Command {
  const there = program.commands.find((command) => command.name() === name);
  if (there) return there.enablePositionalOptions();
  const family = new Command(name).summary(families[name] as string).description(families[name] as string);
  program.addCommand(family.copyInheritedSettings(program).addHelpOption(helpOption()));
  return family;
}

/** The command that is called: the longest name that the arguments begin with. */
function calledIn([first = '', second = '']: readonly string[]): string | undefined {
  const names = [`${first} ${second}`, first];
  return names.find((name) => Object.hasOwn(commands, name) || Object.hasOwn(families, name));
}

/**
 * Says on standard error what went wrong, in one line and a hint, and with `json` as an object on standard output too;
 * returns the exit code.
 */
function report(thrown: unknown, argv: readonly string[], json: boolean): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0;
    if (thrown.code === 'commander.help') return 2;
  }
  const error = thrown instanceof CommanderError ? misuse(thrown, argv) : thrown;
  if (json) printJson(errorJsonValue(error));
  if (error instanceof VenfleetError) {
    tell(`venfleet: ${sentence(error.message)} ${error.hint} [${error.code}]`);
    return exitCodeOf(error);
  }
  tell(`venfleet: unexpected error: ${sentence(describeError(error))}`);
  if (process.env.VENFLEET_LOG_LEVEL === 'trace' && error instanceof Error)
    tell((error.stack ?? '').split('\n'));
  return 2;
}

/** What commander has to say, without the values that were typed: one of them may be a token. */
function misuse({ message, code }: CommanderError, argv: readonly string[]): VenfleetError {
  const text = message
    .replace(/^error: /, '')
    .replace(/'(-[^'=]*)=[^']*'/, "'$1'")
    .replace(/(Expected \d+ arguments? but got \d+): .*$/s, '$1')
    .replaceAll('\n', ' ');
  const command = calledIn(argv);
  const isEarly = code === 'commander.unknownOption' && !command && argv.some((arg) => arg in commands);
  const problem = isEarly ? `${text}: options come after the command` : text;
  return new VenfleetError('BAD_USAGE', {
    problem,
    help: ['venfleet', command, '--help'].filter(Boolean).join(' '),
  });
}

/** A message as one sentence. */
function sentence(message: string): string {
  return /[.?!)…]$/.test(message) ? message : `${message}.`;
}

/**
 * `venfleet … | head` closes the pipe early: no reason to stop, nor for a stack trace. What cannot be written
 * otherwise (a full disk) does not stop a registration either, but the run does not end well.
 */
function outliveReaders(stream: NodeJS.WriteStream): void {
  let told = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || told) return;
    told = true;
    process.once('exit', () => (process.exitCode = 2));
    if (stream === process.stdout) tell(`venfleet: cannot write standard output: ${describeError(error)}`);
  });
}
