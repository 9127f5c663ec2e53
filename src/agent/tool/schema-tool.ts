import type { Json, JsonObject } from '../../base/index.ts';
import type { EffectKind } from '../../effect/index.ts';
import { specOfSchema } from '../../spec/index.ts';
import { plainDescription } from './plain-text.ts';
import type { Tool, ToolCallContext } from './tool.ts';

export interface SchemaToolOptions {
  readonly name: string;
  readonly description: string;
  readonly kind: EffectKind;
  /** JSON Schema of the input, an object. */
  readonly input: JsonObject;
  readonly run: (input: Json, context: ToolCallContext) => Promise<Json>;
}

/** Declares a tool that comes with JSON Schema; throws `spec/bad-schema` for one that cannot be checked. */
export function schemaTool({ name, description, kind, input, run }: SchemaToolOptions): Tool {
  const schema = { type: 'object', ...input };
  const spec = specOfSchema(`tool/${name}`, schema);
  return Object.freeze<Tool>({
    name,
    description: plainDescription(description),
    kind,
    input: schema,
    check: (value) => {
      const checked = spec.check(value);
      return checked.ok ? [] : checked.issues;
    },
    run,
  });
}
