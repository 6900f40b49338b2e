import type { Duration } from "./time.ts";

/**
 * The network a node may touch. What is sent are bytes; what arrives is a copy that nobody else holds, duplicates
 * included.
 */

/** Where a socket is reached. */
export interface Endpoint {
  /** The host's name in a simulation; a name or address on a real network. */
  readonly host: string;
  readonly port: number;
}

export interface Datagram {
  readonly from: Endpoint;
  readonly bytes: Uint8Array;
}

/** An unreliable message socket: what is sent may be lost, delayed, duplicated and reordered, but arrives whole. */
export interface DatagramSocket {
  readonly local: Endpoint;
  /** Sends and forgets. The bytes are copied before the call returns. @throws NetworkError EMSGSIZE above 64 KiB */
  send(to: Endpoint, bytes: Uint8Array): void;
  /** The next datagram. Those that arrive while nobody receives wait in a bounded buffer; beyond it they are dropped. */
  receive(): Promise<Datagram>;
  close(): void;
}

/**
 * An ordered, reliable stream of messages: each arrives whole, once and in order, or the connection fails. A message that
 * was sent may still be lost with the connection; only an answer proves arrival.
 */
export interface Connection {
  readonly local: Endpoint;
  readonly peer: Endpoint;

  /**
   * Hands a message to the connection; the bytes are copied before the call returns. Resolves when the send buffer has
   * room again (back-pressure), which says nothing of arrival.
   *
   * @throws NetworkError EPIPE after close, ECONNRESET when the connection failed, ETIMEDOUT when the peer stopped answering
   */
  send(message: Uint8Array): Promise<void>;

  /**
   * The next message, or undefined once the peer has closed and everything was received.
   *
   * @throws NetworkError ECONNRESET, ETIMEDOUT
   */
  receive(): Promise<Uint8Array | undefined>;

  /** Ends the stream in order: what was sent before still arrives. */
  close(): void;

  /** Ends the stream at once: what is under way is lost, and the peer sees ECONNRESET. */
  reset(): void;
}

export interface Listener {
  readonly local: Endpoint;
  /** The next incoming connection. */
  accept(): Promise<Connection>;
  /** Stops listening; connections already accepted live on. */
  close(): void;
}

/** Answers one request. A rejection crashes the node as any task's does: answer refusals in the reply's bytes. */
export type RequestHandler = (request: Uint8Array, from: Endpoint) => Promise<Uint8Array>;

export interface Service {
  readonly local: Endpoint;
  /** Stops answering; requests under way are dropped and their connections reset. */
  close(): void;
}

export interface RequestOptions {
  /** How long to wait for the answer, connecting included. */
  readonly deadline: Duration;
}

export interface Network {
  /** This host's name, as others reach it. */
  readonly hostName: string;

  /** @throws NetworkError EADDRINUSE */
  bind(port: number): DatagramSocket;

  /** @throws NetworkError EADDRINUSE */
  listen(port: number): Listener;

  /** @throws NetworkError ECONNREFUSED (nobody listens), ETIMEDOUT (nobody answers), EHOSTUNREACH (no such host) */
  connect(to: Endpoint): Promise<Connection>;

  /** Answers requests on a port, each in a task of its own. @throws NetworkError EADDRINUSE */
  serve(port: number, handler: RequestHandler): Service;

  /**
   * Sends a request over a connection kept for that peer, and waits for the answer. Never sends twice.
   *
   * @throws NetworkError ETIMEDOUT at the deadline and ECONNRESET when the connection fails (in both the outcome is
   * unknown), ECONNREFUSED or EHOSTUNREACH (nothing was sent)
   */
  request(to: Endpoint, request: Uint8Array, options: RequestOptions): Promise<Uint8Array>;
}

/** An endpoint as people write it: "replica-1:7000". */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.host}:${endpoint.port}`;
}
