import type { EntryId } from '../../../shared/entry-id'
import type { CopyRequest } from '../../../shared/model/stream-copy'
import type { Source } from '../../redis/source'
import { forEachEntry } from '../../redis/xrange'
import { digestOfCopy } from '../inspection/same-bodies'
import { walk } from '../inspection/stream-walk'
import type { BatchOutcome } from '../jobs/run-context'
import { noCounts } from '../../../shared/judgement/job-counts'
import { readAddsBack } from '../restore/add-copies'
import type { RestoreContext } from '../restore/context'

interface Lost {
  readonly how: CopyRequest['ids']
  readonly provenance: boolean
  /** Server time before they were sent, ms since 1970. */
  readonly at: number
  digestOf(id: EntryId): string
}

/** So many of the target's newest entries are looked through. */
const MOST_LOOKED_THROUGH = 10_000

/** What became of copies whose reply was lost. `fenced` false: they may still come. */
export async function readCopiesBack(
  context: RestoreContext,
  { how, provenance, at, digestOf }: Lost,
  lost: readonly EntryId[],
  fenced: boolean,
): Promise<BatchOutcome> {
  if (how === 'keep') return readKept(context, lost, digestOf, fenced)
  if (provenance) return readAddsBack(context, at, lost, true)
  // An entry that is just like one of them may be it, or another's.
  const isNone = fenced && (await noneSince(context, at, new Set(lost.map(digestOf))))
  if (!isNone) return { counts: { ...noCounts, unknown: lost.length }, except: [], until: null, unsure: lost }
  return { counts: { ...noCounts, leftAlone: lost.length }, except: lost, until: null }
}

/** By the ids that they were to have, and what they hold. */
async function readKept(
  { reader, key }: Source,
  lost: readonly EntryId[],
  digestOf: (id: EntryId) => string,
  fenced: boolean,
): Promise<BatchOutcome> {
  const there = new Set<EntryId>()
  await forEachEntry(reader, key, lost, ({ id, fields }) => {
    if (digestOfCopy(fields) === digestOf(id)) there.add(id)
  })
  const missing = lost.filter((id) => !there.has(id))
  const rest = fenced ? { leftAlone: missing.length } : { unknown: missing.length }
  return {
    counts: { ...noCounts, changed: there.size, ...rest },
    except: fenced ? missing : [],
    until: null,
    copies: [...there].map((id) => [id, id] as const),
    ...(fenced ? {} : { unsure: missing }),
  }
}

/** Whether nothing that was added since, by the clock that gives out ids, holds any of these. */
async function noneSince({ reader, key }: Source, at: number, digests: ReadonlySet<string>): Promise<boolean> {
  let seen = 0
  for await (const page of walk(reader, key, { from: '+', to: `${at}-0`, reverse: true })) {
    if (page.some(({ fields }) => digests.has(digestOfCopy(fields)))) return false
    seen += page.length
    if (seen >= MOST_LOOKED_THROUGH) return false
  }
  return true
}
