/** A run of bytes that are not all zero: where it starts, and its bytes in base64. */
export type ImagePart = readonly [address: number, base64: string];

const PAGE = 64;

/** The pages of a memory that hold anything, neighbours joined. */
export function imageOf(memory: Uint8Array): readonly ImagePart[] {
  const parts: ImagePart[] = [];
  let start: number | undefined;
  for (let page = 0; page <= memory.length; page += PAGE) {
    const used = memory.subarray(page, page + PAGE).some((byte) => byte !== 0);
    if (used) start ??= page;
    else if (start !== undefined) {
      parts.push([start, memory.subarray(start, page).toBase64()]);
      start = undefined;
    }
  }
  return parts;
}

/** Puts an image, whose base64 is valid, into zeroed memory; false when it does not fit. */
export function loadImage(memory: Uint8Array, image: readonly ImagePart[]): boolean {
  for (const [address, base64] of image) {
    const bytes = Uint8Array.fromBase64(base64);
    if (address + bytes.length > memory.length) return false;
    memory.set(bytes, address);
  }
  return true;
}
