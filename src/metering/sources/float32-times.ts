/** Seconds: hourly readings, and those of a quarter or a twelfth of an hour, begin at multiples of it. */
const grid = 300;

/**
 * Sets right times that were stored as float32, which tells those of today to 128 s only: where all of them can have been
 * whole multiples of five minutes, they were. Else returns why nothing can be said of them, without changing what they are.
 */
export function restoreFloat32Times(seconds: Float64Array): string | undefined {
  for (const time of seconds) {
    if (!isInexact(time)) continue;
    if (Math.abs(onGrid(time) - time) > spacing(time) / 2)
      return 'its times are float32, which tells them to 128 s only; they must be float64';
  }
  for (let row = 0; row < seconds.length; row++) {
    const time = seconds[row] as number;
    if (isInexact(time)) seconds[row] = onGrid(time);
  }
  return undefined;
}

/** Milliseconds and the like are not Unix seconds, and told of elsewhere. */
function isInexact(time: number): boolean {
  return time >= 2 ** 25 && time < 1e11;
}

/** How far apart two neighbouring numbers of 24 binary digits are. */
function spacing(time: number): number {
  return 2 ** (Math.floor(Math.log2(time)) - 23);
}

function onGrid(time: number): number {
  return Math.round(time / grid) * grid;
}
