import { loadOptional } from '../base/index.ts';
import { ModelError } from './error.ts';

/** Loads an optional package. Rejects with `model/not-installed`, saying what to install. */
export const loadPackage = <Module>(name: string, load: () => Promise<Module>): Promise<Module> =>
  loadOptional({ name, load, room: 'model', error: ModelError });
