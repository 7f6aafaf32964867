import type { InstructionView } from '../../../server/schemas/events.ts';
import { duration } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/notes.tsx';
import { Name, Time } from '../../parts/text.tsx';
import { setpointsOf, setpointWords } from '../../plots/course.ts';
import { hrefOf } from '../../route.ts';

const endLooks = {
  handed: ['on time', 'ok'],
  late: ['late', 'warn'],
  missed: ['missed', 'error'],
  replaced: ['replaced', 'quiet'],
} as const;

/** What a load does now, as far as each sink was told. */
export function InForce({ instructions }: { instructions: readonly InstructionView[] }) {
  if (instructions.length === 0) return <p class="quiet">Nothing is asked of it: it does as it likes.</p>;
  return (
    <ul class="stack">
      {instructions.map((one) => (
        <li key={`${one.sink} ${one.dispatchId}`}>
          <Setpoints instruction={one.instruction} />
          <span class="quiet">
            since <Time at={one.due} />,{' '}
            {one.until === null ? (
              'for good'
            ) : (
              <>
                until <Time at={one.until} />
              </>
            )}
            ; told by <Name>{one.sink}</Name>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Instructions({ instructions }: { instructions: readonly InstructionView[] }) {
  if (instructions.length === 0)
    return <Empty title="It was told nothing yet.">What events ask of it is listed here.</Empty>;
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Due</th>
            <th scope="col">What</th>
            <th scope="col">End</th>
            <th scope="col" class="wide-only">
              Event
            </th>
            <th scope="col" class="wide-only">
              Sink
            </th>
          </tr>
        </thead>
        <tbody>
          {instructions.map((one) => (
            <Line key={`${one.sink} ${one.dispatchId}`} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ one }: { one: InstructionView }) {
  const lateMs = one.due !== null && one.ended !== null ? Date.parse(one.ended) - Date.parse(one.due) : 0;
  return (
    <tr>
      <td class="when">
        <Time at={one.due} />
      </td>
      <td>
        <Setpoints instruction={one.instruction} />
        {one.reason !== null && (
          <span class="tone-error">
            <Name>{one.reason}</Name>
          </span>
        )}
      </td>
      <td>
        <Badge look={one.end === null ? ['open', 'wait'] : endLooks[one.end]} />
        {one.end === 'late' && <span class="quiet"> by {duration(lateMs)}</span>}
      </td>
      <td class="wide-only sink">
        {one.events.map(({ eventId, version }) => (
          <a key={eventId} href={hrefOf('events', { id: eventId })} title={`version ${version}`}>
            <Name clip>{eventId}</Name>
          </a>
        ))}
      </td>
      <td class="wide-only sink">
        <Name clip>{one.sink}</Name>
      </td>
    </tr>
  );
}

/** What an instruction asks, a line for each setpoint. */
export function Setpoints({ instruction }: { instruction: InstructionView['instruction'] }) {
  const setpoints = setpointsOf(instruction);
  if (setpoints.length === 0) return <div>nothing is asked any more</div>;
  return (
    <>
      {setpoints.map((setpoint) => (
        <div key={setpoint.type}>
          <Name>{setpointWords(setpoint)}</Name>
        </div>
      ))}
    </>
  );
}
