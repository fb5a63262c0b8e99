import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits that nobody guesses, in letters that a URL and a cookie may hold. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret, so that memory and logs never hold one that opens anything. */
export type SecretDigest = Buffer

export function digestSecret(secret: string): SecretDigest {
  return createHash('sha256').update(secret).digest()
}

/** Takes the same time wherever they differ, and whatever their lengths. */
export function matchesDigest(candidate: string, digest: SecretDigest): boolean {
  return timingSafeEqual(digestSecret(candidate), digest)
}
