import { z } from 'zod'

/** The key by which an SSH server proves who it is. `fingerprint`: `SHA256:…`, as OpenSSH prints it. */
export const hostKey = z.object({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  /** ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256… */
  type: z.string().regex(/^[a-z0-9@.-]{1,64}$/),
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
})
export type HostKey = z.infer<typeof hostKey>
