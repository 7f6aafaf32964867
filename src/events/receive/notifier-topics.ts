import type { Sender } from '../../delivery/sender.ts';
import type { NotifierTopics, PushNotifiers, TopicSubject } from '../../profiles/push-profile.ts';
import { asked, NotToBeHad } from './push-readers.ts';

/** Who listens to a broker. */
export interface MqttReader {
  /** Undefined: the one reader that is told of all. */
  readonly venName: string | undefined;
  /** The VTN's id of the VEN. */
  readonly vtnVenId?: string | undefined;
}

/** What to subscribe to. */
export interface TopicsToHear {
  /** On one of these at least must be heard. */
  readonly events: readonly NotifierTopics[];
  readonly programs: readonly NotifierTopics[];
  /** Whether they are those of the programs that there are now. */
  readonly byProgram: boolean;
}

/**
 * Asks the VTN for the topics of a reader: of all events, or those of its VEN; where these are not for it, of the events of each program.
 * Those of programs are taken where they can be had. Throws NotToBeHad.
 */
export async function findTopics(
  notifiers: PushNotifiers,
  { venName, vtnVenId }: MqttReader,
  programs: readonly string[] | undefined,
  sender: Sender,
): Promise<TopicsToHear> {
  const topicsOf = (subject: TopicSubject) => asked(notifiers.topics(subject, venName), sender);
  const isVen = venName !== undefined && vtnVenId !== undefined;
  const first: TopicSubject = isVen ? { of: 'ven-events', vtnVenId } : { of: 'events' };
  const ofPrograms: TopicSubject = isVen ? { of: 'ven-programs', vtnVenId } : { of: 'programs' };
  const programTopics = await topicsOf(ofPrograms).catch(unlessStopped(sender, []));
  try {
    return { events: await topicsOf(first), programs: programTopics, byProgram: false };
  } catch (error) {
    if (sender.signal.aborted || !programs || programs.length === 0) throw error;
    const found = await Promise.all(
      programs.map((programId) =>
        topicsOf({ of: 'program-events', programId }).catch(unlessStopped(sender, undefined)),
      ),
    );
    // With those of some programs, events of the others would be missed without a word.
    if (found.includes(undefined)) throw error;
    return { events: found.flatMap((topics) => topics ?? []), programs: programTopics, byProgram: true };
  }
}

function unlessStopped<T>(sender: Sender, otherwise: T): (error: unknown) => T {
  return (error) => {
    if (sender.signal.aborted || !(error instanceof NotToBeHad)) throw error;
    return otherwise;
  };
}
