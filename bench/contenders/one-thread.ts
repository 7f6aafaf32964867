/** `venfleet register --json` that reads the fleet on the thread that sends: `node one-thread.ts DB URL`. */
import { register } from '../../src/api/register.ts';

const [dbPath = '', vtnUrl = ''] = process.argv.slice(2);
const summary = await register({ dbPath, vtnUrl, bearerToken: 'bench', readingThread: false });
process.stdout.write(JSON.stringify(summary));
