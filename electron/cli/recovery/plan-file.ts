import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { isForGood } from '../../../shared/for-good'
import { doubts } from '../../../shared/model/doubts'
import { recoveryPlan, type RecoveryPlan } from '../../../shared/model/plan'
import { recoveryAction } from '../../../shared/model/recovery-action'
import { selection } from '../../../shared/model/selection'
import { cliWords } from '../../../shared/words/en/cli-words'
import { Refused } from '../exit-code'

const FORMAT = 'sluice-plan'
const VERSION = 1
const MOST_BYTES = 4 * 1024 * 1024

/** What a plan showed, as far as a later run is held to it: see `beyond`. */
const shown = recoveryPlan
  .pick({ entries: true, changes: true, drops: true, gone: true, consumers: true, otherGroups: true, warnings: true })
  .extend({
    targetLosses: z.int(),
    atomic: z.boolean(),
    undoable: z.boolean(),
    forGood: z.boolean(),
    doubts,
  })
export type Shown = z.infer<typeof shown>

const content = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  madeAt: z.number(),
  /** Of the connection nothing else: neither its address nor its password. */
  connection: z.object({ id: z.string(), name: z.string() }),
  key: bytes,
  group: bytes,
  selection,
  /** With the target that was chosen. */
  action: recoveryAction,
  shown,
})
export type PlanContent = z.infer<typeof content>

/** A plan as it is kept beyond the process: what was asked for, and what was shown. */
export function contentOf(plan: RecoveryPlan, connection: PlanContent['connection']): PlanContent {
  const { key, group, selection: chosen, action } = plan
  return {
    ...{ format: FORMAT, version: VERSION, madeAt: Date.now(), connection, key, group, selection: chosen, action },
    shown: shownBy(plan),
  }
}

export function shownBy(plan: RecoveryPlan): Shown {
  const { entries, changes, drops, gone, consumers, otherGroups, warnings, targetLosses, guard, undo } = plan
  return {
    ...{ entries, changes, drops, gone, consumers, otherGroups, warnings },
    targetLosses: targetLosses?.value ?? 0,
    atomic: guard.atomic,
    undoable: undo.possible,
    forGood: isForGood(plan),
    doubts: plan.doubts ?? [],
  }
}

/** Writes a new file that only its owner may read. Throws `Refused` where there is one already. */
export async function writePlan(file: string, plan: PlanContent): Promise<void> {
  const text = `${JSON.stringify({ ...plan, digest: digestOf(plan) }, null, 2)}\n`
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const code = codeOf(error)
    throw new Refused(code === 'EEXIST' ? cliWords.planFile.exists(file) : cliWords.planFile.unwritable(file, code))
  }
}

/** Throws `Refused`: it can't be read, is none, was changed since, or is of a newer Sluice. */
export async function readPlan(file: string): Promise<PlanContent> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new Refused(cliWords.planFile.unreadable(file, codeOf(error)))
  }
  const found = text.length > MOST_BYTES ? null : parse(text)
  if (found === null) throw new Refused(cliWords.planFile.noPlan(file))
  if (typeof found.version === 'number' && found.version > VERSION) throw new Refused(cliWords.planFile.newer(file))
  const read = content.safeParse(found)
  if (!read.success) throw new Refused(cliWords.planFile.noPlan(file))
  // What is run has to be what was shown: a slip of an editor is found, and who means it can plan anew.
  if (found.digest !== digestOf(read.data)) throw new Refused(cliWords.planFile.changed(file))
  return read.data
}

interface Found {
  readonly version?: unknown
  readonly digest?: unknown
}

function parse(text: string): Found | null {
  try {
    const found: unknown = JSON.parse(text)
    const isPlan = typeof found === 'object' && found !== null && 'format' in found && found.format === FORMAT
    return isPlan ? (found as Found) : null
  } catch {
    return null
  }
}

/** Over the content as the schema orders it, wherever its fields stand in the file. */
function digestOf(plan: PlanContent): string {
  return createHash('sha256')
    .update(JSON.stringify(content.parse(plan)))
    .digest('hex')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
