import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 keep the heaps of this process small, and free sooner what is used no more: for a command that runs for hours and
 * handles megabytes which the heap knows little of. It costs some of the processor's time. To be called before there is much.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
}

/**
 * Has V8 let the heaps of this process grow by small steps: for one that runs for years beside others, and works hard only at times.
 * It takes less memory, and some of the speed of a registration (docs/performance.md).
 */
export function letHeapGrowSlowly(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
