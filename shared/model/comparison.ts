import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { decoderId } from './decoded'

/** What a value is: what it was decoded as first, or what needs no decoding. */
export const valueForm = z.union([decoderId, z.enum(['empty', 'number', 'bytes'])])
export type ValueForm = z.infer<typeof valueForm>

/** Of a value within a field, as the format has it. */
export const valueType = z.enum(['object', 'array', 'string', 'number', 'boolean', 'null', 'bytes', 'time', 'mark'])
export type ValueType = z.infer<typeof valueType>

/** A field, and behind it the way to a value within it; `[]`: any item of a list. */
const spot = { field: bytes, path: z.array(z.string()).readonly() }
/** In so many of so many others. */
const share = { same: z.int(), of: z.int() }

/**
 * One thing that sets an entry apart from others. `of` counts those others in which the like of it was looked at: that have the field, the list or
 * object around it.
 */
export const difference = z.discriminatedUnion('kind', [
  /** It is no valid value of its format from byte `at` of `size` on, which is its end where it breaks off; in the others it is. */
  z.object({ kind: z.literal('broken'), field: bytes, format: decoderId, at: z.int(), size: z.int(), ...share }),
  z.object({ kind: z.literal('form'), field: bytes, is: valueForm, usual: valueForm, ...share }),
  /** The others have it. */
  z.object({ kind: z.literal('missing'), ...spot, ...share }),
  /** `is` null: several. */
  z.object({ kind: z.literal('type'), ...spot, is: valueType.nullable(), usual: valueType, ...share }),
  /** The field is there so many times; in the others once. */
  z.object({ kind: z.literal('repeated'), field: bytes, times: z.int(), ...share }),
  /** None of the others has it. */
  z.object({ kind: z.literal('extra'), ...spot, of: z.int() }),
  /** A value that none of the others has; `usual`: what they have most often, cut. */
  z.object({ kind: z.literal('value'), ...spot, is: z.string(), usual: z.array(z.string()).readonly(), of: z.int() }),
  /** In bytes, of a field or (null) of all of them; `usual` is the median of the others, who lie between `least` and `most`. */
  z.object({
    ...{ kind: z.literal('size'), field: bytes.nullable(), bytes: z.int() },
    ...{ usual: z.int(), least: z.int(), most: z.int(), of: z.int() },
  }),
])
export type Difference = z.infer<typeof difference>
export type DifferenceOf<K extends Difference['kind']> = Extract<Difference, { readonly kind: K }>

/** A failing entry beside those of its stream that its group is done with: up to where that stands, and not pending. */
export const comparison = z.object({
  id: entryId,
  /** Null: it is not pending, or not any more. */
  deliveries: count.nullable(),
  /** How many it was compared with, of those nearest. */
  passed: z.int(),
  /** Too few were there to say anything. */
  isTooFew: z.boolean(),
  /** What sets it apart, what tells most first; beside `more` that tell less. */
  differences: z.array(difference).readonly(),
  more: z.int(),
  /** Something of it, or of the others, was too large to be looked into: that was compared by size alone. */
  isPartly: z.boolean(),
})
export type Comparison = z.infer<typeof comparison>
