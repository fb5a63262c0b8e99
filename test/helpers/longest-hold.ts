/** How long others had to wait for their turn at most while this was at work, as a part of its whole time: 0 to 1. */
export async function longestHold<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly part: number }> {
  const began = performance.now()
  let [last, longest, isOver] = [began, 0, false]
  const turn = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  try {
    const result = await work()
    turn()
    return { result, part: longest / (performance.now() - began) }
  } finally {
    isOver = true
  }
}

/** Looked for in texts of `slowText`, each takes the engine some 40 ms of one slow core. */
export const SLOW_QUERY = '/[ax].{400}[0-9]/'

/** As many steps of the engine as one entry may take, about, none of which it remembers from another text. */
export function slowText(seed: number): string {
  let state = seed
  return Array.from({ length: 2_200 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >= 2 ** 31 ? 'a' : 'b'
  }).join('')
}
