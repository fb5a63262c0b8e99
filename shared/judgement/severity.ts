/** How something is, whatever it is: bad needs help, warn a look; of what is unknown nothing is said; nobody uses what is quiet. */
export type Health = 'good' | 'warn' | 'bad' | 'quiet' | 'unknown'

/** The greater, the worse. */
export const SEVERITY: Readonly<Record<Health, number>> = { bad: 4, warn: 3, unknown: 2, good: 1, quiet: 0 }

/** The worse of two: bad before warn before unknown before good before quiet. */
export function worse(a: Health, b: Health): Health {
  return SEVERITY[a] >= SEVERITY[b] ? a : b
}
