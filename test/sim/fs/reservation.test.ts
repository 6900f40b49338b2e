import { describe, expect, it } from "vitest";
import { OpenFlag, type FileSystem, type Reservation } from "../../../host/file-system.ts";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { SharedDisk } from "../../../sim/fs/shared-disk.ts";
import { DirectCarrier } from "./support/direct-carrier.ts";
import { codeOf, text, World } from "./support/world.ts";

const CREATE = OpenFlag.READ_WRITE | OpenFlag.CREATE;

type Reserving = FileSystem & Required<Pick<FileSystem, "reserve" | "reservation">>;

/** Two machines on a shared disk, the second of which begins a second later. */
async function run(
  first: (fs: Reserving, host: Host) => Promise<void>,
  second: (fs: Reserving, host: Host) => Promise<void>,
): Promise<World> {
  const world = new World("reservation");
  const disk = new SharedDisk(world.simulation.kernel, "shared", new DirectCarrier(world.simulation.kernel));
  const mounts = { shared: disk };
  world.simulation.host("a", (host) => first(host.fs("shared") as Reserving, host), { mounts });
  world.simulation.host(
    "b",
    async (host) => {
      await host.clock.sleep(SECOND);
      await second(host.fs("shared") as Reserving, host);
    },
    { mounts },
  );
  world.simulation.at(1_500 * MILLISECOND, () => {
    disk.crashServer();
    disk.restartServer();
  });
  await world.run();
  return world;
}

describe("a reservation of a shared disk", () => {
  it("keeps every other host from changing anything, what it has under way included, and not from reading", async () => {
    const codes: string[] = [];
    let read = 0;
    await run(
      async (fs, host) => {
        expect(await fs.reservation()).toEqual({ holder: undefined, generation: 0 });
        const handle = await fs.open("/file", CREATE);
        await handle.write(text("before"), 0, 6, 0);
        await handle.sync();
        const lock = await fs.lock("/LOCK");
        await fs.syncDirectory("/");
        // Written, and not sent.
        await handle.write(text("after!"), 0, 6, 0);
        await host.clock.sleep(2 * SECOND);
        codes.push(await codeOf(handle.sync()));
        for (const change of [
          () => fs.open("/other", CREATE),
          () => fs.mkdir("/directory"),
          () => fs.unlink("/file"),
          () => fs.rename("/file", "/other"),
          () => fs.link("/file", "/other"),
          () => handle.truncate(0),
          () => fs.syncDirectory("/"),
          () => fs.lock("/LOCK2"),
        ]) {
          codes.push(await codeOf(change()));
        }
        expect(lock.held).toBe(false);
        const buffer = new Uint8Array(6);
        const other = await fs.open("/file", OpenFlag.READ | OpenFlag.DIRECT).catch(() => undefined);
        expect(other).toBeDefined();
        read = await (await fs.open("/file", OpenFlag.READ)).read(buffer, 0, 6, 0);
        expect(await fs.reservation()).toEqual({ holder: "b", generation: 1 });
      },
      async (fs) => {
        await fs.reserve(0);
        const lock = await fs.lock("/LOCK");
        expect(lock.held).toBe(true);
        const handle = await fs.open("/file", OpenFlag.READ);
        const buffer = new Uint8Array(10);
        expect(await handle.read(buffer, 0, 10, 0)).toBe(6);
        expect(new TextDecoder().decode(buffer.subarray(0, 6))).toBe("before");
        await (await fs.open("/mine", CREATE)).close();
      },
    );
    expect(codes).toEqual(Array.from({ length: 9 }, () => "EACCES"));
    expect(read).toBe(6);
  });

  it("is replaced only by who knows which one it replaces, and asking twice is asking once", async () => {
    const seen: Reservation[] = [];
    await run(
      async (fs) => {
        await fs.reserve(0);
        await fs.reserve(0);
        seen.push(await fs.reservation());
      },
      async (fs) => {
        expect(await codeOf(fs.reserve(0))).toBe("EAGAIN");
        await fs.reserve(1);
        seen.push(await fs.reservation());
      },
    );
    expect(seen).toEqual([
      { holder: "a", generation: 1 },
      { holder: "b", generation: 2 },
    ]);
  });
});
