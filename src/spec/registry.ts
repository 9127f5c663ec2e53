import { SpecError } from './error.ts';
import type { Spec } from './spec.ts';

/** Contracts by name. */
export interface SpecRegistry {
  /** Adds a spec; the same contract again is no change, another one is `spec/name-taken`. */
  register<In, Out>(spec: Spec<In, Out>): Spec<In, Out>;
  /** Throws `spec/unknown` when nothing has that name. */
  get(name: string): Spec;
  has(name: string): boolean;
  /** In alphabetical order. */
  names(): readonly string[];
}

/**
 * An empty registry.
 *
 * @example
 * const registry = specRegistry();
 * registry.register(defineSpec('serve/port', z.int()));
 * registry.names(); // => ['serve/port']
 */
export function specRegistry(): SpecRegistry {
  const specs = new Map<string, Spec>();
  return {
    register(spec) {
      const known = specs.get(spec.name);
      if (known === undefined) specs.set(spec.name, spec as Spec);
      else if (known.hash !== spec.hash) throw taken(spec.name);
      return spec;
    },
    get(name) {
      const spec = specs.get(name);
      if (spec === undefined) throw unknown(name, [...specs.keys()]);
      return spec;
    },
    has: (name) => specs.has(name),
    names: () => [...specs.keys()].sort(),
  };
}

const taken = (name: string): SpecError =>
  new SpecError({
    code: 'spec/name-taken',
    message: `${name} is already the name of another contract`,
    hint: 'give the new contract a name of its own',
    kind: 'usage',
    data: { spec: name },
  });

function unknown(name: string, names: readonly string[]): SpecError {
  const room = name.split('/')[0] ?? '';
  const near = names.filter((each) => each.startsWith(`${room}/`)).sort();
  return new SpecError({
    code: 'spec/unknown',
    message: `there is no spec named ${JSON.stringify(name)}`,
    hint: near.length > 0 ? `known in ${room}: ${near.join(', ')}` : 'register it first',
    kind: 'usage',
    data: { spec: name },
  });
}
