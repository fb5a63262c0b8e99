/** Ids in a text: one a line, or with blanks, commas or quotes between them, as redis-cli and logs have them. */
export function splitIds(text: string): readonly string[] {
  return text.split(/[\s,;"']+/).filter((each) => each !== '')
}
