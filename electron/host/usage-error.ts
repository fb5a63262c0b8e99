/** A mistake in how it was called, in words for whoever did: nothing was started. Never with a secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
