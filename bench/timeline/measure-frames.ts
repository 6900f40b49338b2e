import { lengthOf } from "../../report-ui/timeline/range.ts";
import type { RunView } from "../../report-ui/timeline/run-view.ts";
import type { FrameTimes } from "./frame-times.ts";

const STEPS = 120;
/** Frames before those that count: until then the page's code is not compiled as it will be. */
const WARM_UP = 60;

/**
 * Pans and zooms as a hand would, a step a frame, and takes the time from frame to frame: near the whole run, in the middle,
 * and so close that messages are arrows; with a selection too. Meant for a browser that does not wait for a screen.
 */
export async function measureFrames(view: RunView): Promise<Readonly<Record<string, FrameTimes>>> {
  const results: Record<string, FrameTimes> = {};
  const walk = async (name: string, share: number): Promise<void> => {
    const { whole } = view;
    const length = lengthOf(whole) * share;
    const middle = whole.from + lengthOf(whole) * 0.4;
    view.setRange({ from: middle - length / 2, to: middle + length / 2 });
    await nextFrame();
    await nextFrame();
    results[`${name}, panning`] = summed(await frames(STEPS, (step) => view.pan(step < STEPS / 2 ? 0.01 : -0.01)));
    results[`${name}, zooming`] = summed(await frames(STEPS, (step) => view.zoom(step < STEPS / 2 ? 0.98 : 1 / 0.98)));
  };
  await frames(WARM_UP, (step) => view.zoom(step < WARM_UP / 2 ? 0.9 : 1 / 0.9));
  await walk("whole run", 0.9);
  await walk("a tenth", 0.1);
  await walk("arrows", 0.05);
  await walk("close", 0.004);
  view.select(Math.floor(view.records.length * 0.4));
  await nextFrame();
  await walk("selected, whole run", 0.9);
  await walk("selected, arrows", 0.05);
  return results;
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Changes something in every frame. @returns the times from frame to frame */
async function frames(count: number, change: (step: number) => void): Promise<number[]> {
  const times: number[] = [];
  let before = await nextFrame().then(() => performance.now());
  for (let step = 0; step < count; step++) {
    change(step);
    await nextFrame();
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  return times;
}

function summed(times: readonly number[]): FrameTimes {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): number => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100;
  return { frames: sorted.length, p50: at(0.5), p95: at(0.95), worst: at(1) };
}
