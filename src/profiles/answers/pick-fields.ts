const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Shorter texts are parsed as soon. */
const shortest = 200;

/**
 * A JSON object with those fields alone, as text: VTNs answer with whole resources, and to parse all of one to see
 * its id cost a run a tenth of its time. `shorten` may make less of a field's text (`"name":value`). Where the text
 * is not plainly an object, it comes back as it is, for the parser to say what it is; what is inside of the fields
 * that are left out, nobody has looked at.
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

/** Behind the value that begins here; -1 where none does, or it has no end. */
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
