import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from any other that has or had its number. */
export interface ProcessIdentity {
  /** The host's name, for people. */
  readonly host: string;
  readonly pid: number;
  /** Where its number means it: the host since it was last started, and the container on it. */
  readonly place: string;
  /** When it was started, in clock ticks since then; empty where the system does not tell. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const parts = [
    hostname(),
    readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    // Two containers may share a host name, and each has a process 1.
    readOr('', () => readlinkSync('/proc/self/ns/pid')),
  ];
  const stat = readOr('', () => readFileSync('/proc/self/stat', 'utf8'));
  return {
    host: hostname(),
    pid: process.pid,
    place: parts.join(' '),
    started: fieldsOf(stat)[startField] ?? '',
  };
}

/**
 * Whether that process still runs. `unknown` for one on another host, or in another container, and where the
 * system does not tell when a process was started, so that another may have its number by now.
 */
export function livenessOf(
  other: Omit<ProcessIdentity, 'host'>,
  own: ProcessIdentity,
): 'alive' | 'dead' | 'unknown' {
  if (other.place !== own.place) return 'unknown';
  if (other.started === '' || own.started === '') return exists(other.pid) ? 'unknown' : 'dead';
  let stat: string;
  try {
    stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8');
  } catch {
    // It may be hidden from other users.
    return exists(other.pid) ? 'unknown' : 'dead';
  }
  const fields = fieldsOf(stat);
  // A zombie runs no more; only its parent has not asked for its exit code.
  const isGone = fields[stateField] === 'Z' || fields[stateField] === 'X';
  return !isGone && fields[startField] === other.started ? 'alive' : 'dead';
}

// Of /proc/<pid>/stat, counted after the command's name (proc_pid_stat(5): fields 3 and 22).
const stateField = 0;
const startField = 19;

/** The name is in parentheses and may itself hold some, and spaces. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
