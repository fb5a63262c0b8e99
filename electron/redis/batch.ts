/** The most ids of one command. 500 XCLAIMs keep the server busy for 0.6–0.7 ms; more gains nothing. */
export const MAX_IDS = 500

export function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0 || ids.length > MAX_IDS) {
    throw new RangeError(`a command takes 1 to ${MAX_IDS} ids, not ${ids.length}`)
  }
}
