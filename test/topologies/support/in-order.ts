import { topologies } from "../../../scenarios/catalogue.ts";

/**
 * Every topology in which one client that waits for each answer finds what it wrote, when nothing fails. Raft as the document
 * writes it is none: its writes are answered before they are agreed on, and its reads are anybody's.
 */
export const inOrder = [...topologies.values()].filter(({ id }) => id !== "raft:as-written");
