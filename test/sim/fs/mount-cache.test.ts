import { describe, expect, it } from "vitest";
import { MountCache } from "../../../sim/fs/mount-cache.ts";
import type { Attributes } from "../../../sim/fs/shared-protocol.ts";
import { Kernel } from "../../../sim/kernel.ts";

const TIMES = { fileLeast: 3, fileMost: 10, directoryLeast: 30, directoryMost: 60 };

function at(change: number, size = change): Attributes {
  return { inode: 7, type: "file", size, links: 1, modified: 0, change };
}

describe("the cache of a mount", () => {
  it("keeps newer attributes when an older answer arrives late", () => {
    const cache = new MountCache(new Kernel({ seed: "s" }), TIMES);
    cache.confirm(at(5));
    const cached = cache.confirm(at(4));
    expect(cached.attributes).toEqual(at(5));
  });

  it("drops pages for a change by others, and keeps them for a change of its own", () => {
    const cache = new MountCache(new Kernel({ seed: "s" }), TIMES);
    const cached = cache.confirm(at(1));
    cached.pages.set(0, new Uint8Array(1));
    cache.confirm(at(2), 1);
    expect(cached.pages.size).toBe(1);
    cache.confirm(at(4), 3);
    expect(cached.pages.size).toBe(0);
    cached.pages.set(0, new Uint8Array(1));
    cache.confirm(at(5));
    expect(cached.pages.size).toBe(0);
  });

  it("believes attributes for longer while nothing changes, up to a bound, and for the least time after a change", () => {
    const kernel = new Kernel({ seed: "s" });
    const cache = new MountCache(kernel, TIMES);
    const cached = cache.confirm(at(1));
    const lifetimes: number[] = [];
    for (const now of [1, 3, 4, 9, 20, 40]) {
      kernel.now = now;
      cache.confirm(at(1));
      lifetimes.push(cached.lifetime);
    }
    expect(lifetimes).toEqual([3, 6, 6, 10, 10, 10]);
    cache.confirm(at(2));
    expect(cached.lifetime).toBe(3);
    kernel.now = 42;
    expect(cache.isFresh(cached)).toBe(true);
    kernel.now = 43;
    expect(cache.isFresh(cached)).toBe(false);
  });
});
