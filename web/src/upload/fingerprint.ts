/** By this a file is recognised when it is chosen again after a reload: its size and a hash of name, size and time of the
 * last change. The hash is short and of one way: what is kept in the browser names nobody. */
export function fingerprint(file: { name: string; size: number; lastModified: number }): string {
  return `${file.size.toString(36)}-${hash53(`${file.name.normalize("NFC")}\n${file.size}\n${file.lastModified}`).toString(36)}`;
}

/** 53 bits of two interleaved multiplicative hashes (Murmur3's constants). Not for secrets: it only tells files apart. */
function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
