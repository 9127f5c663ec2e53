/** Shorter pieces are kept together: a blob of their own would be larger than they are. */
const partLengthMin = 256;
/** A run of short pieces is closed at this length, so that what follows does not change it. */
const runLengthMax = 1024;
/** Longer pieces are cut further, at the headings of their text. */
const pieceLengthMax = 2048;

/**
 * Cuts the JSON of a model request between its sections: the parts joined are the text, and a
 * message or prompt section that stays the same is a part that stays the same.
 *
 * @example
 * requestParts('{"model":"m","messages":[1,2]}').join(''); // => '{"model":"m","messages":[1,2]}'
 */
export function requestParts(json: string): readonly string[] {
  const parts: string[] = [];
  let run = '';
  const close = (): void => {
    if (run !== '') parts.push(run);
    run = '';
  };
  for (const piece of piecesOf(json).flatMap(atHeadings)) {
    if (piece.length >= partLengthMin) {
      close();
      parts.push(piece);
    } else {
      run += piece;
      if (run.length >= runLengthMax) close();
    }
  }
  close();
  return parts;
}

/** Cuts between the members of the outermost object and between the elements of these. */
function piecesOf(json: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  const cut = (at: number): void => {
    if (at > from) pieces.push(json.slice(from, at));
    from = at;
  };
  let depth = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (isText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isText = false;
    } else if (sign === '"') {
      isText = true;
    } else if (sign === '{' || sign === '[') {
      depth += 1;
      if (depth === 2) cut(at + 1);
    } else if (sign === '}' || sign === ']') {
      if (depth === 2) cut(at);
      depth -= 1;
    } else if (sign === ',' && depth <= 2) {
      cut(at + 1);
    }
  }
  cut(json.length);
  return pieces;
}

/** Before each Markdown heading inside a JSON text, where a line break is written `\n`. */
const atHeadings = (piece: string): readonly string[] =>
  piece.length <= pieceLengthMax ? [piece] : piece.split(/(?=\\n#{1,6} )/);
