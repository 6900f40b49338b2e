/**
 * A sentence to be said in the reader's language: the id of its template in the message catalogues, and what fills it in.
 * Times and lengths of time are whole nanoseconds; the catalogue says how to print them.
 */
export interface Message {
  readonly id: string;
  readonly params: Readonly<Record<string, string | number>>;
}
