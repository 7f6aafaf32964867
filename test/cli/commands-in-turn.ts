/*
 * Runs commands of the program one after the other in one process, since starting one for each takes longer than what
 * they do: `node commands-in-turn.ts '[["status", "--json"], …]'`. A mark stands behind the output of each.
 */
import { main } from '../../src/cli/main.ts';

const endMark = '\u001e';

for (const args of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  await main(args);
  process.stdout.write(endMark);
}
