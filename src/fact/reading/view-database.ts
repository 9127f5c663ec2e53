import type { Json, Micros } from '../../base/index.ts';
import type {
  Attribute,
  Binding,
  Database,
  Datom,
  Entity,
  FactInput,
  Pattern,
  Transaction,
  TransactionId,
} from '../log.ts';
import { find } from './find.ts';
import { Overlay } from './overlay.ts';
import type { FactView } from './source.ts';
import { View } from './view.ts';

/** A {@link Database} over a view: its answers as promises. */
export class ViewDatabase implements Database {
  readonly #view: FactView;

  constructor(view: FactView) {
    this.#view = view;
  }

  /** True when it is the log's own, without facts on top. */
  get isStored(): boolean {
    return this.#view instanceof View;
  }

  get known(): TransactionId | undefined {
    return this.#view.known;
  }

  get valid(): Micros {
    return this.#view.valid;
  }

  get branch(): string | undefined {
    return this.#view.branch;
  }

  async get(e: Entity, a: Attribute): Promise<Json | undefined> {
    return this.#view.get(e, a);
  }

  async entity(e: Entity): Promise<Readonly<Record<Attribute, Json>>> {
    return this.#view.together(() => entityOf(this.#view, e));
  }

  async *datoms(match?: { readonly e?: Entity; readonly a?: Attribute }): AsyncIterable<Datom> {
    yield* this.#view.datoms(match);
  }

  async history(e: Entity, a?: Attribute): Promise<readonly Datom[]> {
    return this.#view.together(() => this.#view.history(e, a));
  }

  async causes(e: Entity, a: Attribute): Promise<readonly Transaction[]> {
    return this.#view.together(() => this.#view.causes(e, a));
  }

  async find(patterns: readonly Pattern[]): Promise<readonly Binding[]> {
    return this.#view.together(() => find(this.#view, patterns));
  }

  with(facts: readonly FactInput[]): Database {
    return new ViewDatabase(new Overlay(this.#view, facts));
  }
}

/** All attributes of an entity with their values, in the order of their names. */
export function entityOf(view: FactView, e: Entity): Readonly<Record<Attribute, Json>> {
  const entries: [Attribute, Json][] = [];
  for (const a of [...view.attributesOf(e)].sort()) {
    const value = view.get(e, a);
    if (value !== undefined) entries.push([a, value]);
  }
  return Object.fromEntries(entries);
}
