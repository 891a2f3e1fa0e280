// Nodes that show an entry which another node has shown: one entry has a node below each of its providers.
import { allocate, reserve } from './memory.ts'
import { hasId } from './entry-flags.ts'
import { closedNodes, nodeColumn, nodeFlags, nodeId, nodes } from './rows.ts'
import { seeded } from './strings.ts'

/** Pairs of nodes: the first that ended with this ID, and one that ended later. In order of the latter. */
export let twins: usize = 0

/** @returns how many pairs there are, or -1 when there is no memory to find out */
export function findTwins(closed: i32): i32 {
  let slotCount: u32 = 1 << 10
  while (slotCount < u32(closed) * 2) slotCount *= 2
  if (!reserve((u64(slotCount) << 2) + u64(nodes) * 22 + 4096)) return -1
  const ids = copied(nodeColumn(nodeId, 8), usize(nodes) << 3)
  const flags = copied(nodeColumn(nodeFlags, 2), usize(nodes) << 1)
  const order = closedNodes()
  const slots = allocate(usize(slotCount) << 2)
  twins = allocate(usize(closed) << 3)
  let count = 0
  for (let i = 0; i < closed; i++) {
    const node = load<i32>(order + (usize(i) << 2))
    if ((load<u16>(flags + (usize(node) << 1)) & hasId) == 0) continue
    const id = load<u64>(ids + (usize(node) << 3))
    let slot = seeded(id) & (slotCount - 1)
    while (true) {
      // A slot holds the node and one; none is 0.
      const at = slots + (usize(slot) << 2)
      const known = load<i32>(at) - 1
      if (known < 0) {
        store<i32>(at, node + 1)
        break
      }
      if (load<u64>(ids + (usize(known) << 3)) == id) {
        const pair = twins + (usize(count++) << 3)
        store<i32>(pair, known)
        store<i32>(pair, node, 4)
        break
      }
      slot = (slot + 1) & (slotCount - 1)
    }
  }
  return count
}

function copied(from: usize, bytes: usize): usize {
  const to = allocate(bytes)
  memory.copy(to, from, bytes)
  return to
}
