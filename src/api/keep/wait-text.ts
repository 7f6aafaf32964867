import type { AccessHolder } from '../../store/exclusive.ts';

/** Says who is waited for. */
export function waitText({ command, host, pid }: AccessHolder): string {
  return `Waits for "venfleet ${command}" on ${host}, process ${pid}.`;
}
