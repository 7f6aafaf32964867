/** How often a word stands in a body. */
export function countWord(body: Buffer, word: string): number {
  let count = 0;
  for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, at + word.length)) count += 1;
  return count;
}
