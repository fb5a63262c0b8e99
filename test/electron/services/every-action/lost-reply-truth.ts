import { expect } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { errorWords } from '../../../../shared/words/errors'
import { GROUP } from '../recovery/recovery-kit'
import { touchedBetween } from './others'
import type { Proof } from './test-bed'

/** Whose reply was lost: that of a run, or that of its undo. */
export type What = 'run' | 'undo'

export interface Lost {
  readonly proof: Proof
  readonly what: What
  /** What the server holds otherwise since: see `changedBy`. */
  readonly did: readonly string[]
}

/** The entries that differ; the group, where no entry does. */
export function changedBy(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const all = touchedBetween(before, after)
  const entries = all.filter((name) => name !== GROUP)
  return entries.length > 0 ? entries : all
}

/** What the consumers do themselves as well: once it is done, nothing tells whose it was. */
const ANYBODYS = [
  'run Ack',
  'run Clean up what is gone',
  'run Ack and delete: ACKED',
  'run Destroy the group',
  'undo Make entries pending',
]
/** Its first command is not what it counts: whom it claimed for is told one by one. */
const BESIDE = ['run Handle as the monitor does']
/**
 * Its entries are made pending again for whom held them; whether one that is not was, and was acked since, nothing tells where its
 * holder was seen meanwhile.
 */
const MADE_PENDING_AGAIN = ['ack', 'deadLetter', 'requeue', 'handle', 'destroy group']
/** One command that moves a whole stream: it counts as one. */
const COUNTS_ONE = 'swap streams'

/** Read back: what the job counts is what the server holds otherwise, and nothing stays open that reading can tell. */
export function expectRead({ counts, failures, error }: Job, { proof, what, did }: Lost): void {
  const name = `${what} ${proof.action}`
  expect(saysRead(error), 'its words').toBe(counts.unknown === 0)
  const changed = proof.kind === COUNTS_ONE ? Math.min(did.length, 1) : did.length
  if (changed === 0) {
    expect(counts).toMatchObject({ changed: 0 })
    if (what === 'undo' && MADE_PENDING_AGAIN.includes(proof.kind))
      expect(counts.unknown + counts.leftAlone).toBeGreaterThan(0)
    else expect(counts).toMatchObject({ unknown: 0 })
  } else if (ANYBODYS.includes(name)) {
    expect(counts).toMatchObject({ changed: 0, leftAlone: 0, unknown: changed })
  } else if (BESIDE.includes(name)) {
    expect(counts).toMatchObject({ changed: 0, unknown: 0 })
    if (what === 'run') expect(failures).toHaveLength(changed)
  } else {
    expect(counts).toMatchObject({ changed, leftAlone: 0, unknown: 0 })
  }
}

/** Nothing could be read: all that was done may be so, and nothing is called changed. */
export function expectUnread({ counts, error }: Job, { proof, did }: Lost): void {
  const most = proof.kind === COUNTS_ONE || proof.kind === 'restore stream' ? Math.min(did.length, 1) : did.length
  expect(saysRead(error), 'its words').toBe(false)
  expect(counts).toMatchObject({ changed: 0 })
  expect(counts.unknown).toBeGreaterThanOrEqual(Math.max(1, most))
}

/** Rather than that nothing tells whether it was carried out. */
function saysRead(error: Job['error']): boolean {
  const next = (error === null ? null : errorWords(error)?.next) ?? ''
  const told = [/was read once the connection was back/.test(next), /may or may not/.test(next)]
  if (told[0] === told[1]) throw new Error(`no words of a lost reply: ${next}`)
  return told[0] === true
}
