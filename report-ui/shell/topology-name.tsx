import { designOf } from "../../report/comparison/grades.ts";

/** A topology's design, and its mode below it, so that columns are narrow. */
export function TopologyName({ topology }: { readonly topology: string }) {
  const design = designOf(topology);
  return (
    <>
      {design}
      {topology !== design && <span class="hidden-text">:</span>}
      <ModeName topology={topology} />
    </>
  );
}

/** The mode alone, for where its design is said by what stands above it; nothing for a design that has but one. */
export function ModeName({ topology }: { readonly topology: string }) {
  const mode = topology.slice(designOf(topology).length + 1);
  if (mode === "") return null;
  return (
    <span class="mode">
      {mode.split(":").map((part, place) => (
        <>
          {place > 0 && (
            <>
              :<wbr />
            </>
          )}
          <span class="mode-part">{part}</span>
        </>
      ))}
    </span>
  );
}
