import { appendFileSync } from 'node:fs'

/** Told of each fault that a test strikes; `npm test` prints how many there were, by kind. */
export function struck(kind: string): void {
  const file = process.env['SLUICE_FAULTS']
  if (file !== undefined) appendFileSync(file, `${kind}\n`)
}
