/** A variable bound to an entity may come as text or as a reference. */
export const entityName = (value: unknown): string =>
  typeof value === 'object' && value !== null && '$ref' in value
    ? String(value.$ref)
    : String(value);
