import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import type { ClientPlan } from "../plan.ts";
import { drawn, planTogether, type ClientsOptions, type Range } from "./draw.ts";

export interface BankOptions extends ClientsOptions {
  /** At least two. */
  readonly accounts: number;
  /** What each account is given at the beginning, in one deposit by the first client. */
  readonly balance: number;
  readonly amount: Range;
  /** One step in so many reads all accounts. */
  readonly readOneIn: number;
  /** How long the other clients leave the deposit to itself, in nanoseconds. */
  readonly headStart: Duration;
}

/**
 * Clients that move money between accounts and read them all. Whatever happens, a read finds nothing at all, or as much in
 * all as was paid in. A transfer finds an account empty now and then, and is refused; before the deposit, every time.
 */
export function bankClients(random: RandomStream, options: BankOptions): ClientPlan[] {
  const { accounts, balance, amount, readOneIn, headStart } = options;
  const keys = Array.from({ length: accounts }, (_, index) => `a${index}`);
  const plans = planTogether("bank", "bank", random, options, () => {
    if (random.below(readOneIn) === 0) return { op: "read-accounts", keys };
    const [from, to] = random.shuffle(keys) as [string, string];
    return { op: "transfer", from, to, amount: drawn(random, amount) };
  });
  return plans.map((plan, index) => {
    const [first, ...rest] = plan.steps;
    if (index === 0)
      return { ...plan, steps: [{ wait: 0, operation: { op: "deposit", keys, amount: balance } }, ...plan.steps] };
    return first === undefined ? plan : { ...plan, steps: [{ ...first, wait: first.wait + headStart }, ...rest] };
  });
}
