import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { isForGood } from '../../../shared/for-good'
import type { Connection } from '../../../shared/model/connection'
import { recoveryPlan, type RecoveryPlan } from '../../../shared/model/plan'
import { recoveryAction } from '../../../shared/model/recovery-action'
import { selection } from '../../../shared/model/selection'
import { cliWords } from '../../../shared/words/en/cli-words'
import { errorCode, readBounded } from '../../host/outside/bounded-file'
import { FileTrouble, Refused } from '../exit-code'

const FORMAT = 'sluice-plan'
const VERSION = 4
const MOST_BYTES = 4 * 1024 * 1024

/** What a plan showed, as far as a later run is held to it: see `beyond`. */
const shown = recoveryPlan
  .pick({ entries: true, changes: true, drops: true, gone: true, consumers: true, otherGroups: true, warnings: true })
  .extend({
    targetLosses: z.int(),
    atomic: z.boolean(),
    undoable: z.boolean(),
    forGood: z.boolean(),
  })
export type Shown = z.infer<typeof shown>

const content = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  madeAt: z.number(),
  /** See `RecoveryPlan`. */
  plannedAt: z.number(),
  /** The same: what it was made of. */
  kept: z.string(),
  /** Of the connection nothing else: neither its address nor its password. `server`: see `serverOf`. */
  connection: z.object({ id: z.string(), name: z.string(), server: z.string() }),
  key: bytes,
  group: bytes,
  selection,
  /** With the target that was chosen. */
  action: recoveryAction,
  shown,
})
export type PlanContent = z.infer<typeof content>

/** A plan as it is kept beyond the process: what was asked for, and what was shown. `madeAt`: before it was looked for it, ms since 1970. */
export function contentOf(plan: RecoveryPlan, connection: Connection, madeAt: number): PlanContent {
  const { key, group, selection: chosen, action, plannedAt = 0, kept = '' } = plan
  return {
    ...{ format: FORMAT, version: VERSION, madeAt, plannedAt, kept, key, group, selection: chosen, action },
    connection: { id: connection.id, name: connection.name, server: serverOf(connection) },
    shown: shownBy(plan),
  }
}

/** Where a connection leads, as a digest: the same connection may be made to lead elsewhere. */
export function serverOf({ endpoint, ssh, db }: Connection): string {
  return sha256(JSON.stringify([endpoint, ssh, db]))
}

export function shownBy(plan: RecoveryPlan): Shown {
  const { entries, changes, drops, gone, consumers, otherGroups, warnings, targetLosses, guard, undo } = plan
  return {
    ...{ entries, changes, drops, gone, consumers, otherGroups, warnings },
    targetLosses: targetLosses?.value ?? 0,
    atomic: guard.atomic,
    undoable: undo.possible,
    forGood: isForGood(plan),
  }
}

/** Writes a new file that only its owner may read. Throws `Refused` where there is one already, else `FileTrouble`. */
export async function writePlan(file: string, plan: PlanContent): Promise<void> {
  const text = `${JSON.stringify({ ...plan, digest: digestOf(plan) }, null, 2)}\n`
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') throw new Refused(cliWords.planFile.exists(file))
    throw new FileTrouble(cliWords.planFile.unwritable(file, code))
  }
}

/** A file, or what comes through a pipe. Throws `FileTrouble` where it can't be read, `Refused`: it is no plan, was changed since, or is of another Sluice. */
export async function readPlan(file: string): Promise<PlanContent> {
  const read = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw new FileTrouble(cliWords.planFile.unreadable(file, errorCode(error)))
  })
  const found = read === null ? null : parse(read.text)
  if (found === null) throw new Refused(cliWords.planFile.noPlan(file))
  if (typeof found.version === 'number' && found.version !== VERSION) {
    throw new Refused(cliWords.planFile.otherVersion(file))
  }
  const { data } = content.safeParse(found)
  if (data === undefined) throw new Refused(cliWords.planFile.noPlan(file))
  // What is run has to be what was shown: a slip of an editor is found, and who means it can plan anew.
  if (found.digest !== digestOf(data)) throw new Refused(cliWords.planFile.changed(file))
  return data
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
  return sha256(JSON.stringify(content.parse(plan)))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
