/**
 * What has been sent to a follower and not yet been acknowledged, as a ring of messages in the order in which they were sent.
 * Bounds it by messages and by bytes.
 */
export class Inflights {
  private readonly maxMessages: number;
  private readonly maxBytes: number;
  /** Index of the last entry of each message. */
  private indexes: number[] = [];
  private sizes: number[] = [];
  private start = 0;
  private count_ = 0;
  private bytes_ = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  get count(): number {
    return this.count_;
  }

  get bytes(): number {
    return this.bytes_;
  }

  /** One message may go over the bound in bytes: otherwise an entry larger than that could never be sent. */
  get full(): boolean {
    return this.count_ >= this.maxMessages || this.bytes_ >= this.maxBytes;
  }

  /** @param index of the message's last entry; above that of the message before */
  add(index: number, bytes: number): void {
    if (this.count_ === this.indexes.length) this.grow();
    const at = (this.start + this.count_) % this.indexes.length;
    this.indexes[at] = index;
    this.sizes[at] = bytes;
    this.count_++;
    this.bytes_ += bytes;
  }

  /** Everything up to `index` has arrived. */
  freeTo(index: number): void {
    while (this.count_ > 0 && (this.indexes[this.start] as number) <= index) this.freeFirst();
  }

  /** Gives up the oldest message: room for one more, when nothing is heard of those that were sent. */
  freeFirst(): void {
    if (this.count_ === 0) return;
    this.bytes_ -= this.sizes[this.start] as number;
    this.start = (this.start + 1) % this.indexes.length;
    this.count_--;
  }

  reset(): void {
    this.start = 0;
    this.count_ = 0;
    this.bytes_ = 0;
  }

  private grow(): void {
    const { indexes, sizes, start, count_ } = this;
    const capacity = Math.min(this.maxMessages, Math.max(8, count_ * 2));
    // A ring that was full: its first message may stand in the middle.
    this.indexes = [...indexes.slice(start), ...indexes.slice(0, start)];
    this.sizes = [...sizes.slice(start), ...sizes.slice(0, start)];
    while (this.indexes.length < capacity) {
      this.indexes.push(0);
      this.sizes.push(0);
    }
    this.start = 0;
  }
}
