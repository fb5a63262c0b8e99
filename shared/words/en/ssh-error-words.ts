import type { AppErrorData } from '../../error-data'
import type { ErrorWords } from '../message-words'

type SshReason = Extract<AppErrorData<'UNREACHABLE'>['reason'], `${'' | 'not-'}ssh${string}`>

/** What goes wrong on the way by SSH. `at`: the SSH server, with the user's name; every one is named so, a jump host too. */
export const sshErrorWords: Readonly<Record<SshReason, (at: string) => ErrorWords>> = {
  'ssh-refused': (at) => ({
    title: `No SSH server answers at ${at}`,
    next: 'Check host and port of the SSH server, and that it runs and can be reached.',
  }),
  'ssh-not-found': (at) => ({ title: `No SSH server of that name: ${at}`, next: 'Check the spelling, DNS and VPN.' }),
  'ssh-timeout': (at) => ({
    title: `The SSH server ${at} did not answer in time`,
    next: 'A firewall may drop the packets, or it is busy. Check host and port, then try again.',
  }),
  'ssh-closed': (at) => ({
    title: `The SSH server ${at} closed the connection`,
    next: 'What was open is made again by itself. If it keeps closing, look at the log of that SSH server.',
  }),
  'not-ssh': (at) => ({
    title: `What answers at ${at} is no SSH server that Sluice can speak to`,
    next: 'Check the port: usually 22. A very old server may know none of the ciphers and keys that are safe today.',
  }),
  'ssh-host-unknown': (at) => ({
    title: `The SSH server ${at} is not known yet`,
    next: 'Compare its fingerprint with what its administrator, or “ssh-keygen -lf” on that server, tells; then trust it.',
  }),
  'ssh-host-changed': (at) => ({
    title: `The SSH server ${at} has another key than the one that was accepted`,
    next: 'Somebody may be in between: ask its administrator first. If the server was set up anew, remove the old key (from known_hosts by “ssh-keygen -R”, from ssh-known-hosts.json in Sluice’s data directory by hand), then open it again.',
  }),
  'ssh-host-revoked': (at) => ({
    title: `The key of the SSH server ${at} is revoked`,
    next: 'Your known_hosts says that it must not be trusted any more: it may be in the hands of somebody else. Ask the administrator.',
  }),
  'ssh-password': (at) => ({
    title: `The password for ${at} is not known`,
    next: 'Enter it in the connection’s settings, which say how long it is kept.',
  }),
  'ssh-key': (at) => ({
    title: `The private key for ${at} can’t be used`,
    next: 'Enter a private key as ssh-keygen writes it, and its passphrase where it is encrypted, in the connection’s settings, which say how long they are kept.',
  }),
  'ssh-agent': (at) => ({
    title: `No SSH agent helps to log in at ${at}`,
    next: 'Start ssh-agent where Sluice runs, with SSH_AUTH_SOCK in its environment, and add the key by “ssh-add”; or choose another way to log in.',
  }),
  'ssh-auth': (at) => ({
    title: `The SSH server ${at} refused the login`,
    next: 'Check the user name, and the password or key: “ssh” with the same ones tells more. It is not tried again by itself.',
  }),
  'ssh-forward-denied': (at) => ({
    title: `The SSH server does not let this user go on: ${at}`,
    next: 'It says “administratively prohibited”. AllowTcpForwarding and PermitOpen in its sshd_config, or options of the key, decide that.',
  }),
  'ssh-unreached': (at) => ({
    title: `The SSH server got no connection: ${at}`,
    next: 'Names and addresses are looked up on that SSH server. Check that the server runs, and can be reached from there.',
  }),
}
