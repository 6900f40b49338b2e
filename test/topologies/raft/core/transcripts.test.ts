import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { playTranscript } from "./support/transcript.ts";

const FOLDER = join(import.meta.dirname, "transcripts");

describe("transcript", () => {
  it.each(readdirSync(FOLDER))("%s", (file) => {
    const script = readFileSync(join(FOLDER, file), "utf8");
    const played = playTranscript(script);
    // For whoever writes one: what follows is filled in, to be read before it is believed.
    if (process.env["WRITE_TRANSCRIPTS"] !== undefined) writeFileSync(join(FOLDER, file), played);
    else expect(played).toBe(script);
  });
});
