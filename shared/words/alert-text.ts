import { displayName } from '../format/display-name'
import type { NamedFinding, Telling } from '../model/alert'
import { findingText } from './finding-sentence'
import { words } from './words'

/** What goes to somebody: what an alert tells, or a test. */
export type ToTell = Omit<Telling, 'what'> & { readonly what: Telling['what'] | 'test' }

/** What was told of one finding, in one line of plain text. */
export function toldText({ finding, kind, key, group }: NamedFinding): string {
  if (finding) return findingText(finding)
  const subject = subjectName({ key, group })
  const title = words.finding.titles[kind]
  return subject === '' ? title : words.findingWhy.titleOf(title, subject)
}

/** Where it is, in words; empty where it is of no one stream. */
export function subjectName({ key, group }: Pick<NamedFinding, 'key' | 'group'>): string {
  return [key, group].flatMap((name) => (name === null ? [] : displayName(name))).join(' / ')
}

/** A headline, and a line for each finding that is named. */
export function messageLines(told: ToTell): readonly string[] {
  const { what, alertName, count, named } = told
  if (what === 'test') return [words.alert.testText]
  const title = what === 'raised' ? words.alert.noticeRaised : words.alert.noticeResolved
  const more = count - named.length
  return [title(alertName, told), ...named.map(toldText), ...(more > 0 ? [words.alert.moreOf(more)] : [])]
}
