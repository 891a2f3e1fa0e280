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
