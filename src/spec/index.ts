/** `spec`: boundary contracts over JSON data, named, content-hashed, and explained to models. */

/** The language contracts are written in, from its one door. */
export { z } from 'zod';

export { SpecError } from './error.ts';
export { explainForModel } from './explain.ts';
export { printIssue, type SpecIssue, type SpecIssueTag } from './issue.ts';
export { specOfSchema } from './json-schema.ts';
export { printPath, type SpecPath } from './path.ts';
export { type SpecRegistry, specRegistry } from './registry.ts';
export { type Checked, defineSpec, type Spec } from './spec.ts';
