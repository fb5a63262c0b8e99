import { displayName } from '../../shared/format/display-name'
import { FINDING_HEALTH } from '../../shared/judgement/finding-weight'
import type { NamedFinding, Telling } from '../../shared/model/alert'
import { findingText } from '../../shared/words/finding-sentence'
import { words } from '../../shared/words/words'

/** What was told of one finding, in one line of plain text. */
export function toldText({ finding, kind, key, group }: NamedFinding): string {
  if (finding) return findingText(finding)
  const place = placeName({ key, group })
  const title = words.finding.titles[kind]
  return place === '' ? title : words.findingWhy.titleOf(title, place)
}

/** Where it is, in words; empty where it is of no one stream. */
export function placeName({ key, group }: Pick<NamedFinding, 'key' | 'group'>): string {
  return [key, group].flatMap((name) => (name === null ? [] : displayName(name))).join(' / ')
}

/** How bad what was told is. */
export function toldHealth({ what, named }: Telling): 'good' | 'warn' | 'bad' {
  if (what === 'resolved') return 'good'
  return named.some(({ kind }) => FINDING_HEALTH[kind] === 'bad') ? 'bad' : 'warn'
}
