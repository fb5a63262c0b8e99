import type { Finding } from './finding'

/** One finding by itself; `toldAs`: the id of the one by which it is told, alone or together with others. */
export interface SingleFinding {
  readonly finding: Finding
  readonly toldAs: string
}

/** The same trouble twice: as it is told, many that are alike by one; and each by itself. */
export interface ToldFindings {
  readonly told: readonly Finding[]
  readonly singles: readonly SingleFinding[]
}

/** Each is told as it is. */
export function toldAlone(findings: readonly Finding[]): ToldFindings {
  return { told: findings, singles: findings.map((finding) => ({ finding, toldAs: finding.id })) }
}

/** One tells them all. */
export function toldTogether(findings: readonly Finding[], by: Finding): ToldFindings {
  return { told: [by], singles: findings.map((finding) => ({ finding, toldAs: by.id })) }
}
