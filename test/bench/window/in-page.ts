/* What runs inside of the measured page. Each function stands alone, for it is sent there as text. */

/** Waits until nothing on the page has changed for four frames. */
export function settle(): Promise<void> {
  return new Promise(done => {
    let quiet = 0
    const observer = new MutationObserver(() => (quiet = 0))
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    })
    const look = () => {
      if (++quiet < 4) return void requestAnimationFrame(look)
      observer.disconnect()
      done()
    }
    requestAnimationFrame(look)
  })
}

export function mark(name: string): void {
  performance.mark(`step:${name}`)
}

/** Asks `markRows` to set its marks when the next columns come, in this page or in the one after a reload. */
export function awaitRows(): void {
  sessionStorage.setItem('bench-awaits-rows', 'yes')
}

/**
 * Before anything else of a page runs. Where rows are awaited: marks when the page begins (`step:begun`), when the columns
 * of a capture have arrived, before the page has seen them (`step:arrived`), and when the frame that shows its rows has
 * been laid out (`step:shown`).
 */
export function markRows(): void {
  const isAwaited = () => sessionStorage.getItem('bench-awaits-rows') === 'yes'
  if (isAwaited()) performance.mark('step:begun')
  const markShown = () => {
    const observer = new MutationObserver(changes => {
      const tree = document.querySelector('[role="treegrid"]')
      // Of the rows before something may still change, but not how many they are.
      const isNew = changes.some(({ target, addedNodes }) =>
        [target, ...addedNodes].some(
          node => node === tree || (tree !== null && node.contains(tree)),
        ),
      )
      if (!isNew || !tree?.querySelector('[data-row]')) return
      observer.disconnect()
      // A message comes after the frame that the callback belongs to.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => performance.mark('step:shown')
        port2.postMessage(null)
      })
    })
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ['aria-rowcount'],
    })
  }
  // The page reads columns in one way only.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const read = Response.prototype.arrayBuffer
  Response.prototype.arrayBuffer = async function (this: Response) {
    const bytes = await read.call(this)
    if (isAwaited() && this.url.includes('/api/snapshot/')) {
      sessionStorage.removeItem('bench-awaits-rows')
      performance.mark('step:arrived')
      markShown()
    }
    return bytes
  }
}

/**
 * Scrolls by as many pixels in each frame and marks each one: `step:scroll …` when it begins, `step:look` when it has been
 * painted. Returns how many frames had nothing to see at one of three heights of the list.
 *
 * As by a wheel the list is scrolled between two frames, so that its scroll event belongs to the next one; what is on
 * screen is looked at after that, where it costs the frame nothing.
 */
export function scrollFrames([selector, pixels, frames]: readonly [
  string,
  number,
  number,
]): Promise<number> {
  return new Promise(done => {
    const list = document.querySelector(selector)!
    const box = list.getBoundingClientRect()
    const { port1, port2 } = new MessageChannel()
    let top = list.scrollTop
    let blank = 0
    let frame = 0
    const afterFrame = () => requestAnimationFrame(() => port2.postMessage(null))
    port1.onmessage = () => {
      performance.mark('step:look')
      const isBlank = [0.25, 0.5, 0.75].some(share => {
        const at = document.elementFromPoint(
          box.left + 120,
          box.top + 30 + (box.height - 40) * share,
        )
        return at === null || at.closest('[role="row"], li') === null
      })
      if (isBlank) blank++
      if (frame === frames) {
        performance.mark('step:end')
        return done(blank)
      }
      performance.mark(`step:scroll ${pixels} ${frame}`)
      frame++
      list.scrollTop = top += pixels
      afterFrame()
    }
    afterFrame()
  })
}
