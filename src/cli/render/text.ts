const grouped = new Intl.NumberFormat('en-US');

/** 116412 → "116,412". */
export function count(value: number): string {
  return grouped.format(value);
}

/** Text from a database or a VTN, made safe for a terminal: control characters could rewrite the screen. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** Seconds as "8.4 s", "2 min 05 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const rest = Math.round(seconds % 60);
  return `${Math.floor(seconds / 60)} min ${String(rest).padStart(2, '0')} s`;
}
