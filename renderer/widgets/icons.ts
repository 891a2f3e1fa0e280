/** How every icon of the window is drawn. */
export const iconProps = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
export const smallIconProps = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const
