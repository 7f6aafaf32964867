/*
 * A scanner of JSON in place of the parser. VTNs answer a creation with the whole resource, of which we need an id
 * and a name or two; parsing all of it took a tenth of a run's time (`npm run bench -- --only profiles`). It relies on
 * knowing only where values end, and hands anything that is not plainly an object to the parser as it is.
 * test/profiles/answers/pick-fields.test.ts holds it against `JSON.parse`, for objects of any kind.
 */

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Parsing shorter texts takes no longer than scanning them. */
const shortest = 200;

/**
 * A JSON object with only the fields of these names, as text. `shorten` may replace a field (`"name":value`) by a
 * shorter one. A text that is not plainly an object comes back as it is, for the parser to judge. What is inside the
 * fields that are left out is not checked.
 */
export function pickFields(
  json: string,
  names: readonly string[],
  shorten = (_name: string, field: string) => field,
): string {
  if (json.length < shortest) return json;
  const picked: string[] = [];
  let at = skipSpace(json, 0);
  if (json.charCodeAt(at) !== openBrace) return json;
  do {
    const start = skipSpace(json, at + 1);
    const end = endOfString(json, start);
    const value = skipSpace(json, end) + 1;
    if (end < 0 || json.charCodeAt(value - 1) !== colon) return json;
    const endOfField = endOfValue(json, skipSpace(json, value));
    if (endOfField < 0) return json;
    const name = json.slice(start + 1, end - 1);
    // A name may be written with escapes.
    if (name.includes('\\')) return json;
    if (names.includes(name)) picked.push(shorten(name, json.slice(start, endOfField)));
    at = skipSpace(json, endOfField);
  } while (json.charCodeAt(at) === comma);
  const isWhole = json.charCodeAt(at) === closeBrace && skipSpace(json, at + 1) === json.length;
  return isWhole ? `{${picked.join(',')}}` : json;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** Where the value that begins here ends; -1 where none begins, or it has no end. */
function endOfValue(json: string, from: number): number {
  const first = json.charCodeAt(from);
  if (first === quote) return endOfString(json, from);
  if (first === openBrace || first === openBracket) return endOfNested(json, from);
  let at = from;
  for (let code = first; code >= 0x2b && code !== comma && code !== closeBrace; code = json.charCodeAt(at))
    at++;
  return at > from ? at : -1;
}

function endOfString(json: string, from: number): number {
  if (json.charCodeAt(from) !== quote) return -1;
  for (let end = json.indexOf('"', from + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return -1;
}

function endOfNested(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = endOfString(json, at) - 1;
      if (at < 0) return -1;
    } else if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
