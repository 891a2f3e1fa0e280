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

/**
 * Before anything else of the page runs: marks when the columns of a snapshot have arrived, before the page has seen
 * them (`step:arrived`), and when the frame that shows the first rows has been laid out and painted (`step:shown`).
 * `step:end` is left to the caller: what comes after the rows is measured too.
 */
export function markFirstRows(): void {
  // The page reads columns in one way only.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const read = Response.prototype.arrayBuffer
  let isArmed = true
  Response.prototype.arrayBuffer = async function (this: Response) {
    const bytes = await read.call(this)
    if (isArmed && this.url.includes('/api/snapshot/')) {
      isArmed = false
      performance.mark('step:arrived')
      const look = () => {
        if (!document.querySelector('[role="treegrid"] [data-row]')) {
          return void requestAnimationFrame(look)
        }
        // A message comes after the frame that this callback belongs to.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => performance.mark('step:shown')
        port2.postMessage(null)
      }
      requestAnimationFrame(look)
    }
    return bytes
  }
}

/**
 * Scrolls by as many pixels in each frame and marks each one. Returns how many frames began with nothing to see at one
 * of three heights of the list.
 */
export function scrollFrames([selector, pixels, frames]: readonly [
  string,
  number,
  number,
]): Promise<number> {
  return new Promise(done => {
    const list = document.querySelector(selector)!
    const box = list.getBoundingClientRect()
    let blank = 0
    let frame = 0
    const step = () => {
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
      list.scrollTop += pixels
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}
