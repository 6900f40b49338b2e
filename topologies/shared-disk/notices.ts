import type { Timer } from "../../host/clock.ts";
import type { DatagramSocket } from "../../host/network.ts";
import { ProtocolError } from "../protocol.ts";
import type { NodeContext } from "./node-context.ts";
import { NOTICE_PORT, type Notice } from "./peer-protocol.ts";

/** Notices of changes between nodes. Nobody acknowledges one: what is lost is lost, and late ones may come twice. */
export class Notices {
  private readonly context: NodeContext;
  private readonly socket: DatagramSocket;
  private pending: Timer | undefined;
  private listener: (notice: Notice) => void = () => undefined;

  /** Begins to receive. */
  constructor(context: NodeContext) {
    this.context = context;
    this.socket = context.host.net.bind(NOTICE_PORT);
    context.host.spawn("receive-notices", () => this.receive());
  }

  /** Whom to tell of notices from now on. */
  listen(listener: (notice: Notice) => void): void {
    this.listener = listener;
  }

  /** Tells the others soon. Changes that follow each other closely share one notice. @param latest asked for when it is sent */
  announce(latest: () => Notice | undefined): void {
    if (this.pending !== undefined) return;
    const { host, settings } = this.context;
    this.pending = host.clock.timer(settings.noticeGap, () => {
      this.pending = undefined;
      const notice = latest();
      if (notice !== undefined) this.send(notice);
    });
  }

  private send(notice: Notice): void {
    const { context } = this;
    context.host.trace({ kind: "notice-sent", ...notice });
    const bytes = context.protocol.encode(notice);
    for (const peer of context.peers) this.socket.send({ host: peer, port: NOTICE_PORT }, bytes);
  }

  private async receive(): Promise<void> {
    for (;;) {
      const { bytes } = await this.socket.receive();
      try {
        this.listener(this.context.protocol.decodeNotice(bytes));
      } catch (error) {
        // Not one of ours, whoever sent it.
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
  }
}
