/** What somebody might do with the package; `pack.test.ts` compiles and runs it where only the package is. */
import { type RegistrationSummary, ResourceDatabase, register, status, VenfleetError } from 'venfleet';
import { createTransport, staticToken } from 'venfleet/openadr';

const [dbPath = '', vtnUrl = ''] = process.argv.slice(2);
const summary: RegistrationSummary = await register({ dbPath, vtnUrl, bearerToken: 'a-token' });
const { loads } = await status({ dbPath });

await using database = new ResourceDatabase(dbPath);
const [fourth] = (await database.getLoadsForVen('Aalborg')).slice(3);
const again = await database.getLoadByVtnResourceId(fourth?.vtnResourceId ?? '');

const transport = createTransport({ url: vtnUrl, tokens: staticToken('a-token'), connections: 1 });
const vens = JSON.parse((await transport.send({ method: 'GET', path: '/vens' })).body);
await transport.close();

const refusal = await register({ dbPath: 'gone.db', vtnUrl }).catch((error: unknown) => error);
if (!(refusal instanceof VenfleetError && refusal.code === 'DB_MISSING')) throw refusal;

console.log(
  JSON.stringify({
    registered: summary.loads.registered,
    approved: loads.registered,
    found: again?.loadComponent,
    vens: vens.map((ven: { ven_name: string }) => ven.ven_name),
  }),
);
