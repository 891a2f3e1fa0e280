import type { Plain } from '../kernel/values.ts'

export type Personality = { readonly [key: string]: Plain }

/** A driver of IOResources: its own match category, as the convention wants it. */
export function onResources(
  className: string,
  resource?: string | readonly string[],
  more: Personality = {},
): Readonly<Record<string, Personality>> {
  return {
    [className]: {
      IOClass: className,
      IOMatchCategory: className,
      IOProviderClass: 'IOResources',
      ...(resource === undefined ? {} : { IOResourceMatch: resource }),
      ...more,
    },
  }
}

/** A driver of an ACPI device, by its names. */
export function onAcpi(
  className: string,
  names: readonly string[],
  more: Personality = {},
): Readonly<Record<string, Personality>> {
  return {
    [className]: {
      IOClass: className,
      IONameMatch: names,
      IOProviderClass: 'IOACPIPlatformDevice',
      ...more,
    },
  }
}

export const hidEventUsages = [
  { DeviceUsagePage: 1, DeviceUsage: 2 },
  { DeviceUsagePage: 1, DeviceUsage: 6 },
  { DeviceUsagePage: 12 },
]
