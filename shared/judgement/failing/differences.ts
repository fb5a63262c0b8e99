import type { Comparison, Difference } from '../../model/comparison'
import { parentOf, pathOf, type EntryShape, type FieldShape } from './entry-shape'
import { areFewKinds, farOff, LEAST_OTHERS, nearlyAll, usualOf } from './odds'

/** So many are told. */
const MOST = 5
const MOST_SHOWN = 64

/** What tells most comes first. */
const RANK: Readonly<Record<Difference['kind'], number>> = {
  ...{ broken: 0, form: 1, missing: 2, type: 3, repeated: 4, extra: 5, value: 6, size: 7 },
}

/** By what an entry differs from all, or nearly all, of the others. Nothing is said of what differs among these as well. */
export function differencesOf(
  one: EntryShape,
  others: readonly EntryShape[],
): Pick<Comparison, 'isTooFew' | 'differences' | 'more' | 'isPartly'> {
  const isPartly = [one, ...others].some(({ fields, isCut }) => isCut || [...fields.values()].some((f) => f.isCut))
  if (others.length < LEAST_OTHERS) return { isTooFew: true, differences: [], more: 0, isPartly }
  const found = [...namesOf(one, others), ...[...one.fields].flatMap(([key, field]) => inField(key, field, others))]
  // What differs in it tells why it is larger, or smaller.
  const all =
    found.length > 0
      ? found
      : [
          ...sizeOf(
            null,
            one.size,
            others.map(({ size }) => size),
          ),
        ]
  all.sort((a, b) => RANK[a.kind] - RANK[b.kind])
  return { isTooFew: false, differences: all.slice(0, MOST), more: Math.max(0, all.length - MOST), isPartly }
}

/** Fields that only it lacks, or only it has. */
function namesOf(one: EntryShape, others: readonly EntryShape[]): readonly Difference[] {
  const whole = others.filter(({ isCut }) => !isCut)
  const having = havingOf(whole.map(({ fields }) => fields.keys()))
  const nameOf = (key: string) => others.find(({ fields }) => fields.has(key))?.fields.get(key)?.name ?? ''
  const missing = one.isCut ? [] : [...having].filter(([key]) => !one.fields.has(key))
  const extra = isSteady(having, whole.length) ? [...one.fields].filter(([key]) => !having.has(key)) : []
  return [
    ...missing.flatMap(([key, same]): readonly Difference[] =>
      nearlyAll(same, whole.length) ? [{ kind: 'missing', field: nameOf(key), path: [], same, of: whole.length }] : [],
    ),
    ...extra.map(([, { name }]): Difference => ({ kind: 'extra', field: name, path: [], of: whole.length })),
  ]
}

function inField(key: string, field: FieldShape, all: readonly EntryShape[]): readonly Difference[] {
  const others = all.flatMap(({ fields }) => fields.get(key) ?? [])
  if (others.length < LEAST_OTHERS) return []
  const found: Difference[] = [
    ...sizeOf(
      field,
      field.size,
      others.map(({ size }) => size),
    ),
  ]
  const once = others.filter(({ times }) => times === 1).length
  if (field.times > 1 && nearlyAll(once, others.length)) {
    found.push({ kind: 'repeated', field: field.name, times: field.times, same: once, of: others.length })
  }
  const odd = formOf(field, others)
  return odd === null ? [...found, ...within(field, others)] : [...found, odd]
}

/** Whether it is what the others are. */
function formOf(field: FieldShape, all: readonly FieldShape[]): Difference | null {
  const known = all.filter(({ form }) => form !== null)
  const usual = usualOf(known.map(({ form, brokenAt }) => (brokenAt === null ? form : null)))
  if (usual === null || usual.usual === null || field.form === null) return null
  const { usual: format, same, of } = usual
  if (field.brokenAt !== null && field.form === format) {
    const { name, brokenAt: at, size } = field
    return { kind: 'broken', field: name, format: field.form as Broken, at, size, same, of }
  }
  if (field.form === format) return null
  // What only begins as JSON is taken for text.
  if (format === 'json' && field.brokenAsJsonAt !== null) {
    return { kind: 'broken', field: field.name, format, at: field.brokenAsJsonAt, size: field.size, same, of }
  }
  return { kind: 'form', field: field.name, is: field.form, usual: format, same, of }
}

type Broken = Extract<Difference, { readonly kind: 'broken' }>['format']

/** Values within a field, and the field's own where it is one of few. */
function within(field: FieldShape, all: readonly FieldShape[]): readonly Difference[] {
  const found: Difference[] = []
  const alike = all.filter(({ form, brokenAt }) => form === field.form && brokenAt === null)
  const own = valueOf(
    field,
    '',
    field.text,
    all.map(({ text }) => text),
  )
  if (own !== null) found.push(own)
  if (field.brokenAt !== null) return found
  const whole = alike.filter(({ isCut }) => !isCut)
  for (const [key, { type, text }] of field.paths) {
    const there = alike.flatMap(({ paths }) => paths.get(key) ?? [])
    const usual = usualOf(there.map((path) => path.type))
    if (usual !== null && usual.usual !== null && type !== usual.usual) {
      const { usual: usually, same, of } = usual
      found.push({ kind: 'type', field: field.name, path: pathOf(key), is: type, usual: usually, same, of })
    } else if (key !== '') {
      const value = valueOf(
        field,
        key,
        text,
        there.map((path) => path.text),
      )
      if (value !== null) found.push(value)
    }
  }
  return [...found, ...membersOf(field, whole)]
}

/** Members that only it lacks, or only it has, of what is there in the others as well. */
function membersOf(field: FieldShape, whole: readonly FieldShape[]): readonly Difference[] {
  const found: Difference[] = []
  const { name } = field
  for (const [parent, { type }] of field.paths) {
    if (type !== 'object') continue
    const peers = whole.filter(({ paths }) => paths.get(parent)?.type === 'object')
    const having = havingOf(peers.map(({ paths }) => childrenOf(paths.keys(), parent)))
    const of = peers.length
    if (!field.isCut) {
      for (const [key, same] of having) {
        const isOdd = !field.paths.has(key) && nearlyAll(same, of)
        if (isOdd) found.push({ kind: 'missing', field: name, path: pathOf(key), same, of })
      }
    }
    if (of < LEAST_OTHERS || !isSteady(having, of)) continue
    for (const key of childrenOf(field.paths.keys(), parent)) {
      if (!having.has(key)) found.push({ kind: 'extra', field: name, path: pathOf(key), of })
    }
  }
  return found
}

function* childrenOf(keys: Iterable<string>, parent: string): Iterable<string> {
  for (const key of keys) if (parentOf(key) === parent) yield key
}

/** How many have each. */
function havingOf(all: readonly Iterable<string>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const keys of all) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Whether no name came but once: where names are made up anew each time, another one says nothing. */
function isSteady(having: ReadonlyMap<string, number>, of: number): boolean {
  return of >= LEAST_OTHERS && ![...having.values()].includes(1)
}

function valueOf(
  { name }: FieldShape,
  key: string,
  is: string | null,
  others: readonly (string | null)[],
): Difference | null {
  const known = others.filter((other) => other !== null)
  if (is === null || known.length < others.length || known.includes(is)) return null
  const few = areFewKinds(known)
  if (few === null) return null
  const [shown, ...usual] = [is, ...few.most].map((text) => text.slice(0, MOST_SHOWN))
  return { kind: 'value', field: name, path: pathOf(key), is: shown ?? '', usual, of: known.length }
}

function sizeOf(field: FieldShape | null, bytes: number, others: readonly number[]): readonly Difference[] {
  const far = farOff(bytes, others)
  return far === null ? [] : [{ kind: 'size', field: field?.name ?? null, bytes, ...far }]
}
