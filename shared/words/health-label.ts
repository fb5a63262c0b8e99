import type { Health } from '../judgement/severity'

/** How something is, as a mark and a word. */
export interface HealthLabel {
  readonly health: Health
  readonly label: string
}
