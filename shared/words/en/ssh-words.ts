import type { HostKey } from '../../model/host-key'

/** The way by SSH in the form of a connection, and the question whether a server there is the right one. */
export const sshWords = {
  tunnel: 'SSH tunnel',
  tunnelHint: 'All servers of this connection are reached through it; their addresses are looked up where it ends.',
  host: 'SSH host',
  user: 'SSH user',
  login: 'Log in by',
  password: 'Password',
  key: 'Private key',
  agent: 'SSH agent of the machine that runs Sluice',
  keyExample: '-----BEGIN OPENSSH PRIVATE KEY-----',
  jump: 'Through a jump host',
  jumpHint: 'The SSH server above is reached through another one first (ProxyJump).',
  jumpHost: 'Jump host',
  jumpUser: 'User at the jump host',
  userNeeded: 'The name of the user at this SSH server',
  keyNeeded: 'A private key is wanted, as ssh-keygen writes it: it begins with -----BEGIN OPENSSH PRIVATE KEY-----',
  notSsh: 'What answers on this port is no SSH server',
  passwordNeeded: 'It is not known: enter it',
  unusable: 'It can’t be used',
  refused: 'Refused for this user',
  question: ({ host, port }: HostKey) => `Is this the right SSH server? ${host}:${port}`,
  keyOf: ({ type }: HostKey) => `Its key (${type})`,
  compare:
    'Sluice meets it for the first time. Compare this with what its administrator tells, or “ssh-keygen -lf” on that server. Once you trust it, Sluice refuses any other key there.',
  trust: 'Trust and connect',
}
