/** How many columns of a fixed-width font a text takes at the most. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    columns += code < 0x1100 || (code >= 0x2010 && code < 0x2100) ? 1 : 2;
  }
  return columns;
}

/** A text in at most `room` columns: the middle of a longer one is left out, for its end often says most. */
export function cutMiddle(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  const characters = [...text];
  const tail: string[] = [];
  const head: string[] = [];
  let left = room - 1;
  const half = Math.floor(left / 2);
  for (let used = 0; characters.length > 0; ) {
    const next = characters.at(-1) ?? '';
    used += columnsOf(next);
    if (used > half) break;
    tail.unshift(characters.pop() ?? '');
    left -= columnsOf(next);
  }
  for (const character of characters) {
    left -= columnsOf(character);
    if (left < 0) break;
    head.push(character);
  }
  return `${head.join('')}…${tail.join('')}`;
}

/** A text in at most `room` columns: the start of a longer one is left out. */
export function cutStart(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  const tail: string[] = [];
  let left = room - 1;
  for (const character of [...text].reverse()) {
    left -= columnsOf(character);
    if (left < 0) break;
    tail.push(character);
  }
  return `…${tail.reverse().join('')}`;
}
