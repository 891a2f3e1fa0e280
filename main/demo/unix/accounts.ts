/** The people and groups of the guest, as /etc/passwd and /etc/group would tell. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
  /** Names of all groups, the primary one first. */
  readonly groups: readonly string[]
}

export interface Accounts {
  readonly list: readonly Account[]
  readonly byName: (name: string) => Account | undefined
  readonly byUid: (uid: number) => Account | undefined
  readonly groupId: (name: string) => number | undefined
  /** A name, or the number as text when nobody has it. */
  readonly userName: (uid: number) => string
  readonly groupName: (gid: number) => string
}

const groupIds: Readonly<Record<string, number>> = {
  wheel: 0,
  daemon: 1,
  kmem: 2,
  sys: 3,
  tty: 4,
  operator: 5,
  staff: 20,
  admin: 80,
  nobody: -2,
}

/** Root, the usual daemons, and the one person `userName` who writes kernel extensions here. */
export function createAccounts(userName: string): Accounts {
  const list: readonly Account[] = [
    {
      name: 'root',
      uid: 0,
      gid: 0,
      home: '/var/root',
      shell: '/bin/sh',
      groups: ['wheel', 'daemon', 'kmem', 'sys', 'tty', 'operator', 'staff', 'admin'],
    },
    {
      name: 'daemon',
      uid: 1,
      gid: 1,
      home: '/var/root',
      shell: '/usr/bin/false',
      groups: ['daemon'],
    },
    {
      name: userName,
      uid: 501,
      gid: 20,
      home: `/Users/${userName}`,
      shell: '/bin/sh',
      groups: ['staff', 'admin'],
    },
  ]
  const byUid = (uid: number) => list.find(account => account.uid === uid)
  return {
    list,
    byName: name => list.find(account => account.name === name),
    byUid,
    groupId: name => (Object.hasOwn(groupIds, name) ? groupIds[name] : undefined),
    userName: uid => byUid(uid)?.name ?? String(uid),
    groupName: gid => Object.entries(groupIds).find(([, id]) => id === gid)?.[0] ?? String(gid),
  }
}

/** /etc/passwd, in the seven columns of Unix. */
export function passwdText(accounts: Accounts): string {
  return accounts.list
    .map(({ name, uid, gid, home, shell }) => `${name}:*:${uid}:${gid}:${name}:${home}:${shell}\n`)
    .join('')
}

export function groupText(accounts: Accounts): string {
  return Object.entries(groupIds)
    .map(([name, gid]) => {
      const members = accounts.list.filter(account => account.groups.includes(name))
      return `${name}:*:${gid}:${members.map(member => member.name).join(',')}\n`
    })
    .join('')
}
