import { FluxError } from '../../error.ts';

/** A question that is understood but has no program here. */
export const refuse = (what: string): FluxError =>
  new FluxError({
    code: 'flux/think-beyond',
    message: `${what} is beyond what is compiled here`,
    hint: 'Ask `datum think --forms` for what is.',
  });
