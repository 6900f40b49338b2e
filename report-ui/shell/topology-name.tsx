import { designOf } from "../../report/comparison/grades.ts";

/** A topology's design, and its mode below it, so that columns are narrow. */
export function TopologyName({ topology }: { readonly topology: string }) {
  const design = designOf(topology);
  const mode = topology.slice(design.length + 1);
  return (
    <>
      {design}
      {mode !== "" && (
        <>
          <span class="hidden-text">:</span>
          <span class="mode">
            {mode.split(":").map((part, place) => (
              <>
                {place > 0 && (
                  <>
                    :<wbr />
                  </>
                )}
                {part}
              </>
            ))}
          </span>
        </>
      )}
    </>
  );
}
