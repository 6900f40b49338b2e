/** Which links are meant: all that touch a host, or those from one host, to one, or both; `{}` is every link. */
export type LinkSelector =
  | { readonly host: string; readonly from?: never; readonly to?: never }
  | { readonly host?: never; readonly from?: string; readonly to?: string };

export function selects(selector: LinkSelector, from: string, to: string): boolean {
  if (selector.host !== undefined) return selector.host === from || selector.host === to;
  return (selector.from === undefined || selector.from === from) && (selector.to === undefined || selector.to === to);
}
