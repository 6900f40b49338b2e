import { expect, test } from "vitest";
import { KnownNodes } from "../../../scenarios/faults/known-nodes.ts";
import type { NodeState } from "../../../topologies/topology.ts";

function node(identity: string, more: Partial<NodeState> = {}): NodeState {
  return { ready: true, role: "replica", fields: {}, identity, ...more };
}

test("what a node was counts until it says something else, and not once its disk is lost", () => {
  const nodes = new KnownNodes();
  nodes.look(new Map([["a", node("a")]]));
  expect(nodes.look(new Map()).get("a")?.identity).toBe("a");
  expect(nodes.look(new Map([["a", node("", { ready: false, role: "none" })]])).get("a")?.identity).toBe("a");
  nodes.forget("a");
  expect(nodes.look(new Map()).has("a")).toBe(false);
});

test("a node with damage on its disk has it until it is somebody else", () => {
  const nodes = new KnownNodes();
  nodes.look(
    new Map([
      ["a", node("a")],
      ["b", node("b")],
    ]),
  );
  nodes.spoil("a");
  expect([...nodes.damaged]).toEqual(["a"]);
  nodes.look(new Map([["a", node("a")]]));
  expect([...nodes.damaged]).toEqual(["a"]);
  nodes.look(new Map([["a", node("a#2")]]));
  expect([...nodes.damaged]).toEqual([]);
});
