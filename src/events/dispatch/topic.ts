import type { DispatchLoad } from './sink.ts';

export const defaultTopic = 'venfleet/{ven}/{site}/{component}/setpoint';

const placeholders: Readonly<Record<string, (load: DispatchLoad) => string>> = {
  ven: (load) => load.venName,
  site: (load) => load.siteId,
  component: (load) => load.component,
  load: (load) => load.loadId,
  resource: (load) => load.vtnResourceId,
};

/** A load's topic; or, where there can be none, a problem. */
export type TopicOf = (load: DispatchLoad) => { readonly topic: string } | { readonly problem: string };

/**
 * Reads a template of topics, such as `venfleet/{ven}/{site}/{component}/setpoint`. Returns a text, why it cannot be used (no
 * sentence), where it has an unknown placeholder or a sign that no topic may have, or where two loads would share a topic.
 */
export function topicTemplate(template: string): TopicOf | string {
  // By turns what stands there, and the name of a placeholder.
  const parts = template.split(/\{([^{}]*)\}/);
  const names = parts.filter((_, index) => index % 2 === 1);
  const problem = problemOf(template, parts, names);
  if (problem !== undefined) return problem;
  const values = parts.map((part, index) => (index % 2 === 0 ? undefined : placeholders[part]));
  return (load) => {
    let topic = '';
    for (const [index, part] of parts.entries()) {
      const value = values[index]?.(load);
      topic += value === undefined ? part : encoded(value);
    }
    // Topics that begin so are the broker's own.
    if (topic.startsWith('$')) topic = `%24${topic.slice(1)}`;
    if (topic.length > mostBytes / 4 && Buffer.byteLength(topic) > mostBytes)
      return { problem: `its topic would be longer than ${mostBytes} bytes` };
    return { topic };
  };
}

/** The length of a topic is told in two bytes. */
const mostBytes = 65_535;

function problemOf(template: string, parts: readonly string[], names: readonly string[]): string | undefined {
  const literal = parts.filter((_, index) => index % 2 === 0);
  const known = Object.keys(placeholders).map((name) => `{${name}}`);
  const unknown = names.find((name) => !Object.hasOwn(placeholders, name));
  if (unknown !== undefined)
    return `its topic has the placeholder {${unknown}}, and there are only ${known.join(', ')}`;
  if (literal.some((text) => /[{}]/.test(text)))
    return 'its topic has a brace that belongs to no placeholder';
  if (literal.some((text) => needsCode.test(text.replaceAll(/[/%]/g, ''))))
    return 'its topic has "+", "#" or a control character, which no topic may have';
  if (template.startsWith('$')) return 'its topic begins with "$", as the broker\'s own topics do';
  // Else "a-b" with "c", and "a" with "b-c", would be one.
  if (literal.slice(1, -1).some((text) => !text.includes('/')))
    return 'its topic has two placeholders without a "/" between them';
  const isOneLoad =
    names.includes('load') ||
    names.includes('resource') ||
    (names.includes('site') && names.includes('component'));
  return isOneLoad
    ? undefined
    : 'several loads would share its topic: it needs {load}, {resource}, or {site} with {component}';
}

/**
 * What may not stand in a level of a topic (MQTT 5, sections 1.5.4 and 4.7), and the percent sign, by which the others are
 * written: so two names never become one.
 */
const needsCode = /[+#/%\p{Cc}\p{Cs}\ufffe\uffff]/u;
const eachCode = new RegExp(needsCode.source, 'gu');

function encoded(value: string): string {
  if (!needsCode.test(value)) return value;
  return value.replace(eachCode, (sign) => {
    // Half a pair of surrogates has no UTF-8.
    if (/\p{Cs}/u.test(sign)) return `%u${sign.charCodeAt(0).toString(16).toUpperCase()}`;
    return Array.from(
      Buffer.from(sign),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join('');
  });
}
