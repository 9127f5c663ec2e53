import { DatumError } from '../base/index.ts';

/** Thrown when a run cannot start, go on, or be found: `agent/unknown`, `agent/lock-busy`, … */
export class AgentError extends DatumError {}
