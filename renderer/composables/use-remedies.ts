import { computed, type ComputedRef } from 'vue'
import { displayBytes } from '../../shared/bytes'
import type { Finding } from '../../shared/judgement/finding'
import { firstRemedy } from '../../shared/judgement/first-remedy'
import type { TriageRow } from '../../shared/judgement/triage-row'
import type { Criteria } from '../../shared/model/selection'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useTabs } from '../stores/tabs'
import type { EntriesChoice } from './use-recovery-dialog'
import { usePendingWish } from './use-pending-wish'
import { useWhyNot, useWhyNotDo } from './use-permission'
import { useRecoveryDialog } from './use-recovery-dialog'
import { useRedriveDialog } from './use-redrive-dialog'
import { useRemedyDialogs } from './use-remedy-dialogs'

/** What is offered, as it needs the least: the rest is chosen afterwards. */
const AT_LEAST = {
  ack: { kind: 'ack' },
  deadLetter: { kind: 'deadLetter', stream: null, reason: '', maxLen: null },
  requeue: { kind: 'requeue', stream: null, provenance: false },
  spread: { kind: 'spread', to: null, includeGone: false },
} as const satisfies { readonly [K in RecoveryAction['kind']]?: Extract<RecoveryAction, { kind: K }> }

/** A button of a finding. */
export interface Remedy {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly whyNot: string | null
  /** It is what helps; the others only lead to where it is. */
  readonly helps: boolean
  run(): void
}

/** What can be done about a finding by looking at a plan first, or at what it is about. `jobRuns`: why nothing just now, in words. */
export function useRemedies(finding: () => Finding, jobRuns: () => string | null): ComputedRef<readonly Remedy[]> {
  const connections = useConnections()
  const tabs = useTabs()
  const whyNot = useWhyNot()
  const whyNotDo = useWhyNotDo()
  const wish = usePendingWish()
  const { subject: recovering } = useRecoveryDialog()
  const { subject: redriving } = useRedriveDialog()
  const dialogs = useRemedyDialogs()

  const targetOf = ({ key, group }: TriageRow) => ({ connectionId: connections.activeId, key, group: group.name })
  const onStream = (key: TriageRow['key']) => ({ connectionId: connections.activeId, key })

  const leads = (id: string, label: string, run: () => void, hint?: string): Remedy => {
    return { id, label, whyNot: null, helps: false, run, ...(hint === undefined ? {} : { hint }) }
  }
  const openGroup = (row: TriageRow): Remedy =>
    leads('open', words.finding.openGroup, () => tabs.openGroup(row.key, row.group.name))
  const openStream = (key: TriageRow['key']): Remedy =>
    leads('open', words.finding.openStream, () => tabs.openStream(key))
  const show = (row: TriageRow, criteria: Criteria, opened: string | null): Remedy =>
    leads(
      'show',
      words.finding.showThem,
      () => {
        wish.value = { target: targetOf(row), criteria, opened }
        tabs.openGroup(row.key, row.group.name)
      },
      words.finding.showHint,
    )

  /** Beside those that passed: in its drawer. */
  const why = (row: TriageRow, criteria: Criteria, opened: string): Remedy =>
    leads(
      'why',
      words.comparison.why,
      () => {
        wish.value = { target: targetOf(row), criteria, opened, why: true }
        tabs.openGroup(row.key, row.group.name)
      },
      words.comparison.whyHint,
    )

  const plan = (
    row: TriageRow,
    kind: keyof typeof AT_LEAST,
    [label, hint]: readonly [string, string],
    choices: readonly EntriesChoice[],
  ): Remedy => ({
    ...{ id: kind, label, hint, helps: true },
    whyNot: jobRuns() ?? whyNotDo(AT_LEAST[kind]),
    run: () => (recovering.value = { target: targetOf(row), choices, action: kind }),
  })
  const held = ({
    consumer,
    pending,
  }: {
    readonly consumer: TriageRow['key']
    readonly pending: number
  }): EntriesChoice => ({
    id: 'held',
    label: words.finding.allItHolds(displayBytes(consumer), pending),
    selection: { kind: 'consumer', consumer },
  })
  const requeue = (one: Extract<Finding, { readonly kind: 'stalled' | 'dead' | 'stuck' }>): Remedy =>
    plan(one.row, 'requeue', [words.finding.requeue, words.finding.requeueHint], [held(one)])

  return computed((): readonly Remedy[] => {
    const one = finding()
    switch (one.kind) {
      case 'stalled':
      case 'dead':
        // Where nobody is alive there is nobody to claim for.
        return one.row.group.active === 0 && firstRemedy(one) === 'claim'
          ? [requeue(one), openGroup(one.row)]
          : [openGroup(one.row)]
      case 'stuck':
        return [requeue(one), openGroup(one.row)]
      case 'poison': {
        const { mostId, poisonDeliveries } = one.peek
        const often = { minDeliveries: poisonDeliveries }
        const choices: readonly EntriesChoice[] = [
          { id: 'entry', label: words.finding.theEntry(mostId), selection: { kind: 'ids', ids: [mostId] } },
          {
            id: 'often',
            label: words.finding.deliveredOften(poisonDeliveries),
            selection: { kind: 'matching', criteria: often },
          },
        ]
        const letter = plan(one.row, 'deadLetter', [words.finding.deadLetter, words.finding.deadLetterHint], choices)
        return [letter, why(one.row, often, mostId), show(one.row, often, mostId)]
      }
      case 'suspect': {
        const { id } = one.suspect
        const choice: EntriesChoice = {
          ...{ id: 'entry', label: words.finding.theEntry(id) },
          selection: { kind: 'ids', ids: [id] },
        }
        const letter = plan(one.row, 'deadLetter', [words.finding.deadLetter, words.finding.deadLetterHint], [choice])
        return [letter, why(one.row, {}, id), show(one.row, {}, id)]
      }
      case 'gone': {
        const gone = { presence: 'gone' } as const
        const choice: EntriesChoice = {
          id: 'gone',
          label: words.finding.allGone,
          selection: { kind: 'matching', criteria: gone },
        }
        return [
          plan(one.row, 'ack', [words.finding.ackGone, words.finding.ackGoneHint], [choice]),
          show(one.row, gone, null),
        ]
      }
      case 'uneven':
        return [
          plan(one.row, 'spread', [words.finding.spread, words.finding.spreadHint], [held(one)]),
          openGroup(one.row),
        ]
      case 'beyond-end':
      case 'names': {
        const kind = one.kind === 'names' ? 'remove consumer' : 'set id'
        const label = one.kind === 'names' ? words.finding.removeNames : words.finding.setId
        const why = whyNot('xgroup') ?? (kind === 'remove consumer' ? whyNot('eval') : null)
        const run = (): void => void (dialogs.groupChange.value = { kind, target: targetOf(one.row) })
        return [{ id: kind, label, helps: true, whyNot: jobRuns() ?? why, run }, openGroup(one.row)]
      }
      case 'lagging':
      case 'growing':
      case 'unattended':
        return [openGroup(one.row)]
      case 'collision':
      case 'collision-soon':
      case 'trimmed':
        return [openGroup(one.row), openStream(one.row.key)]
      case 'vanished': {
        const [only, ...others] = one.named
        if (!only || others.length > 0 || typeof only.group !== 'string') return []
        const at = only.withStream ? null : only.lastDeliveredId
        const create = { target: onStream(only.key), name: only.group, at }
        const run = (): void => void (dialogs.create.value = create)
        return [{ id: 'create', label: words.finding.createAgain, helps: true, whyNot: whyNot('xgroup'), run }]
      }
      case 'memory':
      case 'untrimmed': {
        const run = (): void => void (dialogs.trim.value = { target: onStream(one.key), length: one.length })
        return [
          { id: 'trim', label: words.finding.trim, helps: true, whyNot: whyNot('xtrim'), run },
          openStream(one.key),
        ]
      }
      case 'dead-letters': {
        const subject = { target: onStream(one.key), ids: [], length: one.length }
        const run = (): void => void (redriving.value = subject)
        return [
          { id: 'redrive', label: words.finding.redrive, helps: true, whyNot: whyNot('xadd'), run },
          openStream(one.key),
        ]
      }
      case 'rule-stopped':
        return [{ ...leads('rules', words.finding.openRules, () => tabs.open({ kind: 'rules' })), helps: true }]
      case 'late':
      case 'unreadable':
        return []
    }
  })
}
