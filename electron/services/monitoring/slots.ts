/**
 * Rows of figures in a fixed number of slots, as small as what is in them allows: no array while every row was the same
 * (an idle group), 4 bytes per figure while all of them are exact as such (integers up to 2^24), 8 beyond. NaN: not known.
 */
export interface Slots {
  readonly size: number
  readonly width: number
  /** What every slot holds, while there is no array. */
  same: readonly number[]
  values: Float32Array | Float64Array | null
}

/** `same`: what the slots before the first `put` hold. */
export function createSlots(size: number, same: readonly number[]): Slots {
  return { size, width: same.length, same, values: null }
}

export function put(slots: Slots, at: number, row: readonly number[]): void {
  if (slots.values === null && row.every((value, column) => Object.is(value, slots.same[column]))) return
  const values = roomFor(slots, row)
  row.forEach((value, column) => (values[at * slots.width + column] = value))
}

/** One figure. */
export function figureAt({ values, same, width }: Slots, at: number, column: number): number {
  return values?.[at * width + column] ?? same[column] ?? NaN
}

/** Bytes of its array. */
export function slotBytes({ values }: Slots): number {
  return values?.byteLength ?? 0
}

function roomFor(slots: Slots, row: readonly number[]): Float32Array | Float64Array {
  const { size, width, same, values } = slots
  const isNarrow = row.every(isExactNarrow)
  if (values instanceof Float64Array || (values !== null && isNarrow)) return values
  const made =
    isNarrow && (values === null ? same.every(isExactNarrow) : true)
      ? new Float32Array(size * width)
      : new Float64Array(size * width)
  if (values === null) for (let at = 0; at < made.length; at += 1) made[at] = same[at % width] ?? NaN
  else made.set(values)
  slots.values = made
  return made
}

function isExactNarrow(value: number): boolean {
  return Number.isNaN(value) || Math.fround(value) === value
}
