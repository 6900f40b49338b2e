import { type Codec, CodecError } from "../../../host/codec.ts";
import { MalformedConfigurationError } from "./errors.ts";

/**
 * Who belongs to the cluster. A member's id is never used again after it was removed: one that comes back with an empty disk
 * has forgotten its votes, and must join as somebody new.
 */
export interface Configuration {
  /** Those whose votes and copies count, in order. */
  readonly voters: readonly string[];
  /** Those who get the log but do not count (dissertation 4.2.1), in order. */
  readonly learners: readonly string[];
  /** Those who were members once, in order. */
  readonly removed: readonly string[];
}

/** A change by one member. "add-voter" promotes a learner. */
export interface ConfigurationChange {
  readonly type: "add-learner" | "add-voter" | "remove";
  readonly member: string;
}

/** Why a change makes no sense. */
export type ChangeProblem = "already-member" | "no-member" | "was-removed" | "last-voter";

/** What a node that has yet to join knows. */
export const NO_CONFIGURATION: Configuration = { voters: [], learners: [], removed: [] };

/** The configuration that a cluster begins with. */
export function initialConfiguration(voters: readonly string[]): Configuration {
  return { voters: [...voters].sort(), learners: [], removed: [] };
}

export function isVoter({ voters }: Configuration, id: string): boolean {
  return voters.includes(id);
}

export function isMember({ voters, learners }: Configuration, id: string): boolean {
  return voters.includes(id) || learners.includes(id);
}

/** The configuration after a change, or why there is none. */
export function changedConfiguration(
  configuration: Configuration,
  { type, member }: ConfigurationChange,
): Configuration | ChangeProblem {
  const { voters, learners, removed } = configuration;
  if (removed.includes(member)) return "was-removed";
  switch (type) {
    case "add-learner":
      if (isMember(configuration, member)) return "already-member";
      return { voters, learners: [...learners, member].sort(), removed };
    case "add-voter":
      if (voters.includes(member)) return "already-member";
      return { voters: [...voters, member].sort(), learners: learners.filter((each) => each !== member), removed };
    case "remove":
      if (!isMember(configuration, member)) return "no-member";
      if (voters.length === 1 && voters.includes(member)) return "last-voter";
      return {
        voters: voters.filter((each) => each !== member),
        learners: learners.filter((each) => each !== member),
        removed: [...removed, member].sort(),
      };
  }
}

/** A configuration as an entry's payload. */
export function encodeConfiguration(codec: Codec, { voters, learners, removed }: Configuration): Uint8Array {
  return codec.encode([voters, learners, removed]);
}

/** @throws MalformedConfigurationError */
export function decodeConfiguration(codec: Codec, payload: Uint8Array): Configuration {
  let fields: unknown;
  try {
    fields = codec.decode(payload);
  } catch (error) {
    if (error instanceof CodecError) throw new MalformedConfigurationError(error.message, { cause: error });
    throw error;
  }
  const configuration = configurationFrom(fields);
  if (configuration === undefined) throw new MalformedConfigurationError("it is not three lists of names");
  return configuration;
}

/** The configuration that decoded fields stand for, as a message or an entry has it; undefined when they stand for none. */
export function configurationFrom(fields: unknown): Configuration | undefined {
  if (!Array.isArray(fields) || fields.length !== 3 || !fields.every(isNames)) return undefined;
  const [voters, learners, removed] = fields as [string[], string[], string[]];
  return { voters, learners, removed };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
