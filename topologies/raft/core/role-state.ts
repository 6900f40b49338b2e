import type { CoreContext } from "./core-context.ts";
import type { Message } from "./messages.ts";
import type { DropReason, RaftRole } from "./ready.ts";

/** What a node does while it has a role. Made anew each time that it takes one, so that nothing is left over. */
export abstract class RoleState {
  abstract readonly role: RaftRole;
  protected readonly core: CoreContext;

  constructor(core: CoreContext) {
    this.core = core;
  }

  /** Called once, when the node has the role. */
  abstract start(): void;

  abstract tick(): void;

  /** A message of this node's term; requests for votes are not among them. */
  abstract step(message: Message): DropReason | undefined;

  /** More of what the node holds has become durable. */
  becameDurable(): void {}

  /** Sends what has piled up: called before each batch of effects is handed out. */
  flush(): void {}

  /** The node is about to give up the role. */
  end(): void {}

  /** An election time-out of this node (dissertation 3.4). Drawn, so that nodes do not ask for votes all at once. */
  protected drawTimeout(): number {
    const { electionTicks } = this.core.settings;
    return this.core.random.between(electionTicks, 2 * electionTicks - 1);
  }
}
