import type { Duration } from "../../host/time.ts";
import type { Kernel } from "../kernel.ts";
import { Link } from "./link.ts";
import { LinkCounters } from "./link-counters.ts";
import { selects, type LinkSelector } from "./link-selector.ts";
import { checkProfile, type LinkProfile } from "./profile.ts";
import { RuleChain, type Guard } from "./rule.ts";

/** What all links of one host share on their way out. */
export interface NetworkCard {
  /** Bytes per second. */
  readonly bandwidth: number;
  freeAt: Duration;
}

interface Override {
  readonly selector: LinkSelector;
  readonly changes: Partial<LinkProfile>;
}

/** The links between all hosts, made on demand, and what befalls them: rules, clogs and changed properties. */
export class Fabric {
  readonly kernel: Kernel;
  readonly rules = new RuleChain();
  private readonly base: LinkProfile;
  private readonly cardBandwidth: number;
  private readonly links = new Map<string, Map<string, Link>>();
  private readonly cards = new Map<string, NetworkCard>();
  private overrides: readonly Override[] = [];
  private clogs: readonly LinkSelector[] = [];
  private numbers = 0;

  /**
   * @param profile of every link that no override touches
   * @param cardBandwidth bytes per second that one host can send in all
   */
  constructor(kernel: Kernel, profile: LinkProfile, cardBandwidth: number) {
    if (!Number.isSafeInteger(cardBandwidth) || cardBandwidth < 1) {
      throw new RangeError(`a host's bandwidth must be whole and positive, got ${cardBandwidth}`);
    }
    this.kernel = kernel;
    this.base = checkProfile(profile);
    this.cardBandwidth = cardBandwidth;
  }

  link(from: string, to: string): Link {
    let outgoing = this.links.get(from);
    if (outgoing === undefined) {
      outgoing = new Map<string, Link>();
      this.links.set(from, outgoing);
    }
    let link = outgoing.get(to);
    if (link === undefined) {
      link = new Link(this, this.card(from), from, to, this.profileOf(from, to));
      for (const clog of this.clogs) if (selects(clog, from, to)) link.clog();
      outgoing.set(to, link);
    }
    return link;
  }

  nextNumber(): number {
    return ++this.numbers;
  }

  /** Changes properties of links, present and future, until the guard is removed. A later override wins. */
  override(selector: LinkSelector, changes: Partial<LinkProfile>): Guard {
    checkProfile({ ...this.base, ...changes });
    const entry: Override = { selector, changes };
    this.overrides = [...this.overrides, entry];
    this.refresh(selector);
    return {
      remove: () => {
        if (!this.overrides.includes(entry)) return;
        this.overrides = this.overrides.filter((other) => other !== entry);
        this.refresh(selector);
      },
    };
  }

  /** Holds what is sent over links, present and future, until the guard is removed. */
  clog(selector: LinkSelector): Guard {
    const entry = { ...selector };
    this.clogs = [...this.clogs, entry];
    for (const link of this.selected(entry)) link.clog();
    return {
      remove: () => {
        if (!this.clogs.includes(entry)) return;
        this.clogs = this.clogs.filter((other) => other !== entry);
        for (const link of this.selected(entry)) link.unclog();
      },
    };
  }

  /** What the selected links carried so far, added up. */
  count(selector: LinkSelector): LinkCounters {
    const total = new LinkCounters();
    for (const link of this.selected(selector)) total.add(link.counters);
    return total;
  }

  private selected(selector: LinkSelector): Link[] {
    const all = [...this.links.values()].flatMap((outgoing) => [...outgoing.values()]);
    return all.filter((link) => selects(selector, link.from, link.to));
  }

  private refresh(selector: LinkSelector): void {
    for (const link of this.selected(selector)) {
      if (link.from !== link.to) link.profile = this.profileOf(link.from, link.to);
    }
  }

  private profileOf(from: string, to: string): LinkProfile {
    let profile = this.base;
    for (const override of this.overrides) {
      if (selects(override.selector, from, to)) profile = { ...profile, ...override.changes };
    }
    return profile;
  }

  private card(host: string): NetworkCard {
    let card = this.cards.get(host);
    if (card === undefined) this.cards.set(host, (card = { bandwidth: this.cardBandwidth, freeAt: 0 }));
    return card;
  }
}
