declare const granted: unique symbol

/** Proof that a mutation passed the guard. Only the guard makes one; every command that writes asks for it. */
export interface WritePermit {
  readonly [granted]: true
}

/** For the guard alone (a lint rule of the layers keeps everyone else out). */
export function grantWritePermit(): WritePermit {
  return Object.freeze({}) as WritePermit
}
