import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { createTurns } from '../../services/lib/turns'

/** 32 MiB and a good part of a second. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COST = { N: 32_768, r: 8, p: 3, maxmem: 67_108_864 }
const [SALT_BYTES, HASH_BYTES] = [16, 32]
const PREFIX = `scrypt$${COST.N}$${COST.r}$${COST.p}$`
/** Of this cost and no other, so that no file makes a login slow. */
export const PASSWORD_HASH = /^scrypt\$32768\$8\$3\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)
/** What has no password is compared with this, and takes as long. */
const NOBODY = `${PREFIX}${randomBytes(SALT_BYTES).toString('base64')}$${randomBytes(HASH_BYTES).toString('base64')}`
/** Whoever is known does not wait for strangers, and of these no network for more than the next that another one sends. */
const turns = { known: createTurns(1), stranger: createTurns(1) }
/** Of each one's own only the next waits for that turn. */
const own = { known: createTurns(Infinity), stranger: createTurns(Infinity) }

/** Who waits for a password to be looked at: one at a time of each. */
export interface Lane {
  readonly of: keyof typeof turns
  readonly who: string
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, HASH_BYTES, COST)
  return `${PREFIX}${salt.toString('base64')}$${hash.toString('base64')}`
}

/** `hash` null: nobody's, which takes the same time and is never right. */
export async function isPassword(password: string, hash: string | null, lane: Lane): Promise<boolean> {
  const endOwn = await own[lane.of].take(lane.who)
  const end = await turns[lane.of].take(lane.who)
  try {
    const [salt = '', expected = ''] = (hash ?? NOBODY).slice(PREFIX.length).split('$')
    const found = await derive(password, Buffer.from(salt, 'base64'), HASH_BYTES, COST)
    return timingSafeEqual(found, Buffer.from(expected, 'base64')) && hash !== null
  } finally {
    end()
    endOwn()
  }
}
