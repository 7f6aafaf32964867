import { quote } from '../../core/quote.ts';

/** OpenADR's valuesMap. */
export interface ValuesMap {
  readonly type: string;
  readonly values: readonly (string | number | RawNumber)[];
}

/** A number with more digits than a double has, which goes into JSON as it stands in the database. */
export interface RawNumber {
  readonly rawJSON: string;
}

/** A valuesMap with one text, as JSON; `type` needs no escapes. */
export const valuesMapText = (type: string, text: string) => `{"type":"${type}","values":[${quote(text)}]}`;
