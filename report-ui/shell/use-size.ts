import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** An element's width or height in CSS pixels, whenever it changes. @param unknown what it counts as until it is known */
export function useSize(
  element: RefObject<HTMLElement | null>,
  side: "clientWidth" | "clientHeight",
  unknown = 0,
): number {
  const [size, setSize] = useState(unknown);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    setSize(target[side]);
    const observer = new ResizeObserver(() => setSize(target[side]));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, side]);
  return size;
}
