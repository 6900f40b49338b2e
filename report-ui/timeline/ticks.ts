import { ticks as niceTicks, tickStep } from "d3";
import { formatCount } from "../../report/format.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { lengthOf, type Range } from "./range.ts";
import type { ScaleKind } from "./scales.ts";

export interface Tick {
  readonly place: number;
  readonly label: string;
}

/** Round places on a scale, about so many, each with as many digits as tell it from its neighbours. */
export function ticksOf(range: Range, kind: ScaleKind, about: number): Tick[] {
  const step = tickStep(range.from, range.to, about);
  const places = niceTicks(range.from, range.to, about).filter((place) => place >= 0);
  if (kind === "rank") {
    return places.filter(Number.isInteger).map((place) => ({ place, label: `#${formatCount(place)}` }));
  }
  const [unit, name] = lengthOf(range) >= 10 * SECOND ? [SECOND, "s"] : [MILLISECOND, "ms"];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  return places.map((place) => ({ place, label: `${(place / unit).toFixed(Math.min(digits, 6))} ${name}` }));
}
