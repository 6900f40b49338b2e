import type { Plan } from "../plan.ts";
import { itemsOf, withItems, type Pace, type PlanItem } from "./items.ts";
import { planSize } from "./plan-size.ts";
import { coarseSimplifications, fineSimplifications } from "./simplifications.ts";

export interface ShrinkOptions {
  /** Whether a plan still fails the same way. */
  readonly fails: (plan: Plan) => Promise<boolean>;
  /** How long operations took in the run that failed: what is left out is waited for instead. Default no time. */
  readonly pace?: Pace;
  /** Plans that are tried at most. Default 20,000. */
  readonly budget?: number;
  /** Asked before each try: true ends the search with what there is. */
  readonly stopped?: () => boolean;
  /** Called before each try with how many there were, and the size of the smallest plan so far. */
  readonly onTry?: (tries: number, size: number) => void;
}

export interface Shrunk {
  readonly plan: Plan;
  readonly tries: number;
  /** Whether nothing more can be left out or made simpler; false when the search was cut short. */
  readonly minimal: boolean;
}

const DEFAULT_BUDGET = 20_000;
/** Small plans run fast, and rest on chance the most: they are tried under more salts. */
const SALT_EFFORT = 160;
const FEWEST_SALTS = 3;
const MOST_SALTS = 20;

/**
 * Makes a failing plan smaller, as long as it fails the same way: leaves out ever smaller runs of operations and faults
 * (delta debugging, Zeller and Hildebrandt 2002), and makes the rest simpler.
 *
 * Leaving out one operation shifts all that comes after, so that a race may be missed by chance alone: each candidate is
 * tried under several salts, and the one that it fails under becomes part of the plan.
 */
export async function shrink(plan: Plan, options: ShrinkOptions): Promise<Shrunk> {
  const search = new Search(plan, options);
  let before: number;
  do {
    before = planSize(search.best);
    // What is left out first makes every later try cheaper.
    await search.leaveOut();
    await search.simplify(coarseSimplifications);
    await search.leaveOut();
    await search.simplify(fineSimplifications);
  } while (planSize(search.best) < before && !search.over);
  return { plan: search.best, tries: search.tries, minimal: !search.over };
}

class Search {
  best: Plan;
  tries = 0;
  private readonly options: ShrinkOptions;
  private readonly budget: number;

  constructor(plan: Plan, options: ShrinkOptions) {
    this.best = plan;
    this.options = options;
    this.budget = options.budget ?? DEFAULT_BUDGET;
  }

  get over(): boolean {
    return this.tries >= this.budget || this.options.stopped?.() === true;
  }

  /** Leaves out runs of items, half of them at first, single ones at last. */
  async leaveOut(): Promise<void> {
    let items = itemsOf(this.best);
    for (let length = Math.ceil(items.length / 2); length >= 1; length = Math.floor(length / 2)) {
      for (let start = 0; start < items.length && !this.over;) {
        const rest: PlanItem[] = [...items.slice(0, start), ...items.slice(start + length)];
        if (await this.take(withItems(this.best, rest, this.options.pace))) items = itemsOf(this.best);
        else start += length;
      }
    }
  }

  /** Takes each simplification that still fails; those after it are of the plan it was taken into. */
  async simplify(of: (plan: Plan) => Generator<Plan>): Promise<void> {
    for (let skip = 0; !this.over; skip++) {
      const [candidate] = [...of(this.best)].slice(skip);
      if (candidate === undefined) return;
      if (await this.take(candidate, FEWEST_SALTS)) skip--;
    }
  }

  /** Tries a candidate under several salts; the first that fails is the best plan from now on. */
  private async take(candidate: Plan, most = MOST_SALTS): Promise<boolean> {
    const salts = Math.min(most, Math.max(FEWEST_SALTS, Math.floor(SALT_EFFORT / (planSize(candidate) + 1))));
    for (const salt of saltsAfter(this.best.salt, salts)) {
      if (this.over) return false;
      this.options.onTry?.(this.tries, planSize(this.best));
      this.tries++;
      const salted = withSalt(candidate, salt);
      if (!(await this.options.fails(salted))) continue;
      this.best = salted;
      return true;
    }
    return false;
  }
}

/** The salt a plan has, then others. */
function* saltsAfter(salt: number | undefined, count: number): Generator<number | undefined> {
  yield salt;
  for (let other = 1, left = count - 1; left > 0; other++) {
    if (other === salt) continue;
    yield other;
    left--;
  }
}

function withSalt(plan: Plan, salt: number | undefined): Plan {
  const { salt: _former, ...rest } = plan;
  return salt === undefined ? rest : { ...rest, salt };
}
