/** Errors by their codes. `{name}` in a text is filled from the error's details. */
export type ErrorTexts = Readonly<
  Record<
    string,
    {
      readonly message: string;
      /** What to do about it. */
      readonly hint: string;
      /** Whether the same thing tried again, unchanged, may succeed. */
      readonly retryable: boolean;
    }
  >
>;
