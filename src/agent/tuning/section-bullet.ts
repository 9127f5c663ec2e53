import { addBullet, appendLines, printSource, readSource, sectionsOf } from '../../folder/index.ts';

/** A text with a bullet at the end of the section of a title, which is made when it is not there. */
export function withBullet(text: string, title: string, bullet: string): string {
  const source = readSource(text, title);
  const section = sectionsOf(source).find(({ heading }) =>
    heading.toLowerCase().startsWith(title.toLowerCase()),
  );
  if (section !== undefined) return printSource(addBullet(source, section, bullet));
  return printSource(appendLines(source, ['', `## ${title}`, '', `- ${bullet}`]));
}
