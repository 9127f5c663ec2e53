import type { Entity } from '../../fact/index.ts';
import { isNoteFileName } from '../../folder/index.ts';

/** The file name of the note that an entity is, among those directly in a folder (`…/memory/`). */
export function noteFileOf(entity: Entity, folder: string): string | undefined {
  const prefix = `doc:${folder}`;
  const file = entity.startsWith(prefix) ? entity.slice(prefix.length) : '';
  return isNoteFileName(file) ? file : undefined;
}
