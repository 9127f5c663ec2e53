import type { Json, JsonObject } from '../../base/index.ts';
import type { EffectKind } from '../../effect/index.ts';
import { defineSpec, type Spec, type SpecIssue, type z } from '../../spec/index.ts';

/** What a tool may know of the call it answers. */
export interface ToolCallContext {
  readonly signal?: AbortSignal;
}

/** Something a model may ask for by name. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Reads may run side by side; everything else runs in the order it was asked for. */
  readonly kind: EffectKind;
  /** All it does to the world is effects: a run that was cut off inside it goes on there. */
  readonly resumable?: boolean;
  /** JSON Schema of the input, for the model. */
  readonly input: JsonObject;
  /** What is wrong with an input, nested parts included. */
  check(input: Json): readonly SpecIssue[];
  run(input: Json, context: ToolCallContext): Promise<Json>;
}

export interface ToolOptions<In> {
  readonly name: string;
  readonly description: string;
  readonly kind: EffectKind;
  /** See {@link Tool}. */
  readonly resumable?: boolean;
  readonly input: z.ZodType<In>;
  readonly run: (input: In, context: ToolCallContext) => Json | Promise<Json>;
}

/** What schemas say as contracts: a run makes its tools anew, their schemas stay. */
const specs = new WeakMap<z.ZodType, Spec>();

function specOf<In>(name: string, schema: z.ZodType<In>): Spec<unknown, In> {
  const known = specs.get(schema) as Spec<unknown, In> | undefined;
  if (known?.name === name) return known;
  const spec = defineSpec(name, schema);
  specs.set(schema, spec);
  return spec;
}

/** Declares a tool by a schema over its input. */
export function defineTool<In>(options: ToolOptions<In>): Tool {
  const spec = specOf(`tool/${options.name}`, options.input);
  return Object.freeze<Tool>({
    name: options.name,
    description: options.description,
    kind: options.kind,
    ...(options.resumable === undefined ? {} : { resumable: options.resumable }),
    input: spec.json as JsonObject,
    check: (input) => {
      const checked = spec.check(input);
      return checked.ok ? [] : checked.issues;
    },
    run: async (input, context) => options.run(spec.parse(input), context),
  });
}
