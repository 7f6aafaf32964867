/** What the API's shapes are made of is read-only on this side; zod's types know no such thing. */
export type ReadonlyDeep<T> = T extends readonly (infer Item)[]
  ? number extends T['length']
    ? readonly ReadonlyDeep<Item>[]
    : { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;

/** The same value, by the type of the API's shape. */
export function writable<T>(value: ReadonlyDeep<T>): T {
  return value as T;
}
